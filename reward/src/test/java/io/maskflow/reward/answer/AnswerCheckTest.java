package io.maskflow.reward.answer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Extraction and equality, rule by rule. */
class AnswerCheckTest {

    private static VerdictKind number(String expected, String answer, String rule) {
        return new NumberAnswer(expected).check(answer, rule).kind();
    }

    private static VerdictKind math(String expected, String answer) {
        return new MathAnswer(expected).check(answer, "evotoken").kind();
    }

    private static VerdictKind countdown(String answer) {
        return new CountdownAnswer(List.of(30, 100, 93), 23, false)
                .check(answer, "evotoken")
                .kind();
    }

    private static VerdictKind steps(String answer) {
        return new CountdownAnswer(List.of(15, 44, 79), 50, true)
                .check(answer, "steps")
                .kind();
    }

    @Test
    void theVerdictsAreThoseOfThePublishedEvaluation() throws IOException {
        List<String> different = new ArrayList<>();
        int cases = 0;
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                AnswerCheckTest.class.getResourceAsStream("/golden/published-answers.jsonl"),
                StandardCharsets.UTF_8))) {
            ObjectMapper json = new ObjectMapper();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonNode golden = json.readTree(line);
                Verdict verdict = check(golden).check(golden.get("text").textValue(), "evotoken");
                assertThat(verdict.kind()).isIn(VerdictKind.PASSED, VerdictKind.FAILED, VerdictKind.ERROR);
                if (verdict.passed() != golden.get("passed").booleanValue()) {
                    different.add(line + " -> " + verdict);
                }
                cases++;
            }
        }
        assertThat(different).isEmpty();
        assertThat(cases).isEqualTo(1098);
    }

    private static AnswerCheck check(JsonNode golden) {
        switch (golden.get("kind").textValue()) {
            case "number":
                return new NumberAnswer(golden.get("expected").textValue());
            case "math":
                return new MathAnswer(golden.get("expected").textValue());
            default:
                List<Integer> numbers = new ArrayList<>();
                golden.get("numbers").forEach(n -> numbers.add(n.intValue()));
                return new CountdownAnswer(numbers, golden.get("target").intValue(), false);
        }
    }

    @Test
    void thePublishedRuleTakesTheFirstBoxWithANumberAndStopsAtAComma() {
        assertThat(number("18", "\\boxed{...} \\boxed{18} \\boxed{19}", "evotoken"))
                .isEqualTo(VerdictKind.PASSED);
        assertThat(number("2,125", "\\boxed{2125.0}", "evotoken")).isEqualTo(VerdictKind.PASSED);
        assertThat(number("2,125", "\\boxed{2,125}", "evotoken")).isEqualTo(VerdictKind.FAILED);
        assertThat(number("18", "<answer>first 17, then 18</answer>", "evotoken"))
                .isEqualTo(VerdictKind.PASSED);
        assertThat(number("18", "It is 18.", "evotoken")).isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void theRuleToTrainWithReadsNumbersAsPeopleWriteThem() {
        for (String box :
                List.of("2,125", "\\$2{,}125", "2\\,125", "2125.00", "2,125\\text{ dollars}", "$2,125$", "2125.")) {
            assertThat(number("2,125", "no \\boxed{3}, but \\boxed{" + box + "}", "boxed"))
                    .as(box)
                    .isEqualTo(VerdictKind.PASSED);
        }
        assertThat(number("2,125", "\\boxed{2,126}", "boxed")).isEqualTo(VerdictKind.FAILED);
        assertThat(number("2,125", "\\boxed{two}", "boxed")).isEqualTo(VerdictKind.ERROR);
        assertThat(number("2,125", "\\boxed{2,125", "boxed")).isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void theHarnessTakesTheNumberAfterTheMarkOrTheLastOne() {
        assertThat(number("2,125", "#### 2125", "lm-eval-strict")).isEqualTo(VerdictKind.PASSED);
        assertThat(number("18", "#### 18. or #### 19", "lm-eval-strict")).isEqualTo(VerdictKind.PASSED);
        assertThat(number("18", "The answer is 18.", "lm-eval-strict")).isEqualTo(VerdictKind.ERROR);
        assertThat(number("18", "17 and then $18.", "lm-eval-flexible")).isEqualTo(VerdictKind.PASSED);
        assertThat(number("18", "18 eggs in 2 days", "lm-eval-flexible")).isEqualTo(VerdictKind.FAILED);
        // Compared as texts: the harness does not know that 18.0 is 18.
        assertThat(number("18", "#### 18.0", "lm-eval-strict")).isEqualTo(VerdictKind.FAILED);
    }

    @Test
    void formulasAreEqualInTheirNormalForm() {
        assertThat(math("\\frac{1}{2}", "\\boxed{0.5}")).isEqualTo(VerdictKind.PASSED);
        assertThat(math("\\frac{3}{4}", "\\boxed{3/4}")).isEqualTo(VerdictKind.PASSED);
        assertThat(math("\\left( 3, \\frac{\\pi}{2} \\right)", "\\boxed{(3,\\dfrac{\\pi}2)}"))
                .isEqualTo(VerdictKind.FAILED); // \frac{\pi}2 keeps its short denominator, as published
        assertThat(math("\\left( 3, \\frac{\\pi}{2} \\right)", "\\boxed{(3,\\dfrac{\\pi}{2})}"))
                .isEqualTo(VerdictKind.PASSED);
        assertThat(math("90^\\circ", "\\boxed{90}")).isEqualTo(VerdictKind.PASSED);
        assertThat(math("5", "\\boxed{x=5}")).isEqualTo(VerdictKind.PASSED);
        assertThat(math("5", "\\boxed{5\\text{ cm}}")).isEqualTo(VerdictKind.PASSED);
        assertThat(math("5", "\\boxed{6}")).isEqualTo(VerdictKind.FAILED);
        assertThat(math("5", "I do not know")).isEqualTo(VerdictKind.ERROR);
        assertThat(math("5", "\\boxed{5")).isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void minervaReadsTheClosingSentence() {
        MathAnswer check = new MathAnswer("1{,}000\\text{ cm}");
        String sentence = "Final Answer: The final answer is $x = 1,000$. I hope it is correct.";
        assertThat(check.check(sentence, "minerva").kind()).isEqualTo(VerdictKind.PASSED);
        assertThat(check.check("The answer is 1000", "minerva").kind()).isEqualTo(VerdictKind.ERROR);
        assertThat(new MathAnswer("\\frac{1}{2}")
                        .check(sentence.replace("x = 1,000", "\\frac12"), "minerva")
                        .kind())
                .isEqualTo(VerdictKind.PASSED);
    }

    @Test
    void countdownUsesEveryNumberOnceAndHitsTheTargetExactly() {
        assertThat(countdown("\\boxed{30 - (100 - 93)}")).isEqualTo(VerdictKind.PASSED);
        assertThat(countdown("<answer>30-100+93=23</answer>")).isEqualTo(VerdictKind.PASSED);
        assertThat(countdown("\\boxed{30 - 7}")).isEqualTo(VerdictKind.FAILED);
        assertThat(countdown("\\boxed{30 + 100 + 93}")).isEqualTo(VerdictKind.FAILED);
        assertThat(countdown("\\boxed{30 - (100 - 93) + 93 - 93}")).isEqualTo(VerdictKind.FAILED);
        assertThat(countdown("\\boxed{__import__('os')}")).isEqualTo(VerdictKind.ERROR);
        assertThat(countdown("\\boxed{93 / (100 - 100) * 30}")).isEqualTo(VerdictKind.FAILED);
        assertThat(new CountdownAnswer(List.of(1, 3, 3), 1, false)
                        .check("\\boxed{1 / 3 * 3}", "evotoken")
                        .passed())
                .isTrue();
        // Within 1e-5 of the target, where the published program is content.
        assertThat(new CountdownAnswer(List.of(1000001, 1000000), 1, false)
                        .check("\\boxed{1000001 / 1000000}", "evotoken")
                        .kind())
                .isEqualTo(VerdictKind.FAILED);
        assertThat(new CountdownAnswer(List.of(5, 0), 0, false)
                        .check("\\boxed{5 / 0}", "evotoken")
                        .kind())
                .isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void aChainOfStepsLeavesTheTargetAlone() {
        assertThat(steps("44-15=29,79-29=50\nanything")).isEqualTo(VerdictKind.PASSED);
        assertThat(steps("44-15=29")).isEqualTo(VerdictKind.FAILED);
        assertThat(steps("44-15=30,79-29=50")).isEqualTo(VerdictKind.FAILED);
        assertThat(steps("44-15=29,44+6=50")).isEqualTo(VerdictKind.FAILED);
        assertThat(steps("44-15=29;79-29=50")).isEqualTo(VerdictKind.ERROR);
        assertThat(steps("")).isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void hostileTextsEndInAVerdict() {
        List<String> texts = List.of(
                "(".repeat(100_000),
                "-".repeat(100_000) + "1",
                "1+".repeat(100_000) + "1",
                "9".repeat(100_000),
                "\\boxed{".repeat(20_000),
                "\\frac".repeat(20_000),
                "1/".repeat(20_000),
                "####" + " ".repeat(100_000),
                "\\boxed{1e999}",
                "\\boxed{" + "1".repeat(50_000) + "}",
                "\u0000\uD800");
        List<AnswerCheck> checks = List.of(
                new NumberAnswer("18"),
                new MathAnswer("\\frac{1}{2}"),
                new CountdownAnswer(List.of(30, 100, 93), 23, false));
        for (AnswerCheck check : checks) {
            for (String rule : check.rules()) {
                for (String text : texts) {
                    assertThat(check.check(text, rule).kind()).isIn(VerdictKind.FAILED, VerdictKind.ERROR);
                }
            }
        }
    }

    @Test
    void anUnknownRuleIsRefusedByName() {
        assertThatThrownBy(() -> new NumberAnswer("1").check("1", "minerva"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("lm-eval-strict")
                .hasMessageContaining("minerva");
        assertThatThrownBy(() -> new NumberAnswer("many")).hasMessageContaining("many");
        assertThat(AnswerCheck.allRules()).doesNotHaveDuplicates().contains("evotoken", "minerva", "steps");
    }
}
