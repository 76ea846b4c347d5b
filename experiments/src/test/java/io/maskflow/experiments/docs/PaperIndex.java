package io.maskflow.experiments.docs;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes {@code docs/PAPER.md} from the {@code @paper} tags of the sources: where each equation and rule of the paper lives,
 * which text of the engine computes it, where it stands in plain numbers, and which test checks it against something that is
 * not our code.
 */
final class PaperIndex {

    private static final Pattern TAG = Pattern.compile("@paper (XF|SM|EVO|GRPO) (.+)");
    private static final Pattern EQUATIONS = Pattern.compile("Eqs?\\. ?(\\d+)(?:(?:-| to | and )(\\d+))?");
    private static final Pattern DECLARED = Pattern.compile(
            "(?:class|record|interface|enum) (\\w+)|^\\s+(?:(?:public|private|protected|static|final|default)\\s+)*"
                    + "[\\w<>\\[\\], .]+\\s(\\w+)\\(");

    /** What each equation says, and the tests that hold it to an oracle: {@code TestClass#method}. */
    private static final Map<String, Item> ITEMS = items();

    private PaperIndex() {}

    /**
     * An equation or rule.
     *
     * @param says in a few words
     * @param oracles tests that compare it with a hand-derived number, a published value or an independent library
     */
    record Item(String says, List<String> oracles) {}

    /**
     * A place in the code.
     *
     * @param file path from the root
     * @param name class, or class and method
     */
    record Home(String file, String name) implements Comparable<Home> {
        @Override
        public int compareTo(Home other) {
            return (file + name).compareTo(other.file + other.name);
        }
    }

    private static Map<String, Item> items() {
        Map<String, Item> items = new LinkedHashMap<>();
        items.put("Eq. 1", item("masked cross-entropy", "LossTest#crossEntropyIsMinusTheLogOfTheProbability"));
        items.put(
                "Eq. 2",
                item(
                        "logits and their softmax",
                        "LladaForwardGoldenTest#logitsOfTokensEqualThePublishedOnes",
                        "EngineSessionTest#statisticsEqualThoseOfTheWholeLogits"));
        items.put("Eq. 3", item("state between mask and token", "FlowEquationsTest#eq3MixesCleanAndMaskByProgress"));
        items.put(
                "Eq. 4",
                item(
                        "predicted clean state",
                        "FlowDecoderTest#fastPathEqualsThePaperLiteralForm",
                        "GoldenDecodingTest#flowTrajectoriesOfTheFloat64ReferenceAreReproduced"));
        items.put("Eq. 5", item("velocity", "FlowEquationsTest#eq5DividesTheRemainingWayByTheRemainingTime"));
        items.put("Eq. 6", item("update along the velocity", "FlowEquationsTest#eq6MovesAlongTheVelocity"));
        items.put("Eq. 7", item("step from the fraction", "FlowEquationsTest#eq7And8TakeAFractionOfWhatRemains"));
        items.put("Eq. 8", item("progress", "FlowEquationsTest#eq7And8TakeAFractionOfWhatRemains"));
        items.put("Eq. 9", item("confidence", "EngineSessionTest#statisticsEqualThoseOfTheWholeLogits"));
        items.put(
                "Eq. 10",
                item("re-edited state and progress", "FlowEquationsTest#eq10MixesPredictionAndMaskByConfidence"));
        items.put("Eq. 11", item("expected embedding", "LossTest#expectedEmbeddingAgainstTheCleanOne"));
        items.put("Eq. 12", item("alignment loss", "LossTest#expectedEmbeddingAgainstTheCleanOne"));
        items.put(
                "Eq. 13", item("policy state", "PolicyForwardGoldenTest#featuresHeadsExpectationsAndLogProbabilities"));
        items.put("Eq. 14", item("top-k entropy", "BetaStepSizePolicyTest#entropyOfFourIsNormalised"));
        items.put(
                "Eq. 15",
                item(
                        "heads for mean and concentration",
                        "PolicyForwardGoldenTest#featuresHeadsExpectationsAndLogProbabilities"));
        items.put(
                "Eq. 16",
                item(
                        "Beta distribution of the action",
                        "BetaPolicyGoldenTest#densitiesEntropiesAndTheirDerivatives",
                        "BetaPolicyGoldenTest#densityAgreesWithCommonsMath"));
        items.put(
                "Eq. 17",
                item(
                        "log-scale action and its expectation",
                        "BetaPolicyGoldenTest#expectedFractionsForAllRanges",
                        "BetaPolicyGoldenTest#expectationIsTheMeanOfSampledFractions"));
        items.put(
                "Eq. 18",
                item("task plus completion reward", "GroupAdvantageTest#goldenRewardsAreTaskPlusWeightedCompletion"));
        items.put(
                "re-editing",
                item(
                        "rule of §3.4: when a token is reopened",
                        "FlowEquationsTest#eq10AppliesOnlyStrictlyBelowTheMargin"));
        items.put(
                "hard commitment",
                item(
                        "rule of §3.4: which token is fixed",
                        "FlowEquationsTest#commitmentTakesTheSurestOpenPositionBelowTheThreshold"));
        return items;
    }

    private static Item item(String says, String... oracles) {
        return new Item(says, List.of(oracles));
    }

    static Map<String, Item> wanted() {
        return ITEMS;
    }

    /** Equation or rule to the places of the program that carry its tag. */
    static Map<String, TreeSet<Home>> homes() {
        return homes(tags(Repository.sources("main")));
    }

    /** The same for texts of the engine, and for plain forms among the tests. */
    static Map<String, TreeSet<Home>> twins() {
        List<Path> files = new ArrayList<>(Repository.texts());
        files.addAll(Repository.sources("test"));
        return homes(tags(files));
    }

    private static Map<String, TreeSet<Home>> homes(List<Tag> tags) {
        Map<String, TreeSet<Home>> homes = new LinkedHashMap<>();
        ITEMS.keySet().forEach(key -> homes.put(key, new TreeSet<>()));
        for (Tag tag : tags) {
            if (!tag.paper().equals("XF")) {
                continue;
            }
            for (String key : keys(tag.text())) {
                homes.computeIfAbsent(key, k -> new TreeSet<>()).add(tag.home());
            }
        }
        return homes;
    }

    /** One tag in the sources. */
    record Tag(String paper, String text, Home home) {}

    private static List<Tag> tags(List<Path> files) {
        List<Tag> tags = new ArrayList<>();
        Path root = Repository.root();
        for (Path file : files) {
            if (file.endsWith("PaperIndex.java") || file.endsWith("PaperIndexTest.java")) {
                continue; // these speak of tags
            }
            String[] lines = Repository.text(file).split("\n");
            String type = file.getFileName().toString().replace(".java", "");
            for (int i = 0; i < lines.length; i++) {
                Matcher tag = TAG.matcher(lines[i]);
                if (tag.find()) {
                    String place = root.relativize(file).toString();
                    tags.add(new Tag(tag.group(1), tag.group(2).strip(), new Home(place, name(type, lines, i))));
                }
            }
        }
        return tags;
    }

    /** The declaration that the comment around line {@code i} belongs to. */
    private static String name(String type, String[] lines, int i) {
        int at = i;
        if (lines[i].startsWith("#")) {
            while (!lines[at].startsWith("def ")) {
                at++;
            }
            return type + ": " + lines[at].substring("def ".length(), lines[at].indexOf('('));
        }
        while (at < lines.length && !lines[at].contains("*/")) {
            at++;
        }
        for (at++; at < lines.length; at++) {
            if (lines[at].isBlank() || lines[at].strip().startsWith("@")) {
                continue;
            }
            Matcher declared = DECLARED.matcher(lines[at]);
            if (!declared.find()) {
                return type;
            }
            if (declared.group(1) != null) {
                return declared.group(1).equals(type) ? type : type + "." + declared.group(1);
            }
            return type + "." + declared.group(2);
        }
        return type;
    }

    private static List<String> keys(String text) {
        List<String> keys = new ArrayList<>();
        // An equation of another paper, named behind its number, is not one of ours.
        Matcher equation = EQUATIONS.matcher(text.replaceAll("\\d{4}\\.\\d{5},? Eqs?\\. ?\\d+", ""));
        while (equation.find()) {
            int first = Integer.parseInt(equation.group(1));
            int last = equation.group(2) == null ? first : Integer.parseInt(equation.group(2));
            for (int k = first; k <= last; k++) {
                keys.add("Eq. " + k);
            }
        }
        for (String rule : List.of("re-editing", "hard commitment")) {
            if (text.contains(rule)) {
                keys.add(rule);
            }
        }
        return keys;
    }

    /** The page. */
    static String page() {
        StringBuilder page = new StringBuilder(
                """
                # The paper in the code

                Made from the `@paper` tags in the sources by `PaperIndexTest`; do not edit by hand. To make it again:
                `mvn -pl experiments -am test -Dtest=PaperIndexTest -Dsurefire.failIfNoSpecifiedTests=false -Dmaskflow.docs=write`.

                XF is arXiv 2606.29066 (x-prediction flow), GRPO 2402.03300. An oracle test compares with a number derived by hand, a
                published value or an independent implementation, never with our own earlier output. One search finds all places of an
                equation: `grep -rn "@paper XF Eq. 5" --include=*.java --include=*.torchscript .`.

                ## Equations and rules
                What runs in a training step; the text of the engine that computes it, or the same in plain numbers among the tests; and
                what it is checked against.

                | XF | what | where | text or plain form | oracle test |
                | --- | --- | --- | --- | --- |
                """);
        Map<String, TreeSet<Home>> homes = homes();
        Map<String, TreeSet<Home>> twins = twins();
        ITEMS.forEach((key, item) -> page.append("| ")
                .append(key)
                .append(" | ")
                .append(item.says())
                .append(" | ")
                .append(links(homes.get(key)))
                .append(" | ")
                .append(links(twins.get(key)))
                .append(" | ")
                .append(String.join(
                        "<br>", item.oracles().stream().map(o -> "`" + o + "`").toList()))
                .append(" |\n"));
        page.append(
                """

                ## Sections and tables
                | paper | where |
                | --- | --- |
                """);
        Map<String, TreeSet<Home>> rest = new java.util.TreeMap<>();
        for (Tag tag : tags(Repository.sources("main"))) {
            if (!tag.paper().equals("XF") || keys(tag.text()).isEmpty()) {
                rest.computeIfAbsent(tag.paper() + " " + tag.text(), k -> new TreeSet<>())
                        .add(tag.home());
            }
        }
        rest.forEach((text, places) -> page.append("| ")
                .append(text)
                .append(" | ")
                .append(links(places))
                .append(" |\n"));
        page.append(READINGS);
        return page.toString();
    }

    private static String links(TreeSet<Home> homes) {
        return String.join(
                "<br>",
                homes.stream()
                        .map(home -> "[" + home.name() + "](../" + home.file() + ")")
                        .toList());
    }

    private static final String READINGS =
            """

            ## Where the paper is silent: our readings
            Each alternative is a setting of the flow decoder, so that it can be measured.

            | question | our reading | why | the other reading |
            | --- | --- | --- | --- |
            | May re-editing reopen a committed token? | no | "we fix the token", "anchors", "revisable until commitment" | `committedFinal: false` |
            | Which `t` does re-editing compare with? | the one before the step's update | the confidence judges the input that was built with it | `reEditAfterUpdate: true` |
            | Which `t` makes a token eligible for commitment? | the one after the update | commitment comes on top of the flow | `commitSeesOldProgress: true` |
            | Is a token frozen when the flow alone takes it to 1? | no, only commitment fixes | "fix" is said of commitment only; freezing at exactly 1 would depend on rounding | - |
            | Is the mask token a possible prediction? | no, its logit is taken out first | an estimate of the clean state cannot be the unknown state | - |
            | Deterministic action | `E[a]`, by 1F1 | "policy expectation under this transformed Beta distribution" | `2^E[u]` differs and is not offered |
            | Hidden layers of the policy | two SiLU layers, then the heads | "two-layer MLP with SiLU activations" | - |
            | Whose baseline has a token's reward? | the group's mean at the same position | Eq. 18 gives every token its own reward | `grpo.advantage` |
            | Are actions of re-edited and just committed tokens trained? | no | they do not decide the state | - |
            | Gradient through the embedding matrix in Eq. 12 | stopped in read-out and target | else the loss falls by shrinking embeddings | `gradient:` of an alignment file |
            | Bounds of `kappa`, hidden size, lambda, clip range, learning rates | settings | not given | `configs/` |
            """;
}
