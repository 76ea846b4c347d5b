package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.config.Entries;
import io.maskflow.experiments.decoding.CurveChoice;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.models.FleetSettings;
import io.maskflow.experiments.problems.BadRows;
import io.maskflow.experiments.problems.GraderChoice;
import io.maskflow.experiments.problems.PromptSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * An evaluation: every decoder at every budget with every seed on every problem.
 *
 * @param backbone base model: {@code builtin}, {@code builtin/NAME} or a folder in Hugging Face layout; {@code {seed}} in it,
 *     or in the {@code backbone} of a decoder, stands for the seed
 * @param dtype type the model computes in: {@code f32} or {@code bf16}
 * @param problems {@code builtin:test}, a file in the format of MBPP or HumanEval, or a file of GSM8K, MATH-500,
 *     SVAMP or Countdown
 * @param limit how many problems, from the first; 0 for all
 * @param badRows what becomes of a row of a problem file that cannot be read: {@code stop} or {@code skip}
 * @param prompt how a problem becomes a prompt
 * @param responseLength {@code N}
 * @param budgets steps over response length
 * @param decoders name to decoder, null for one that is left out; an evaluation needs at least one
 * @param oracles name to {@code best-of} decoders: the best of all their candidates for each problem, as a row of its own;
 *     or name to {@code curve} decoders: the best of all their dials for each problem, as a curve of its own
 * @param reference decoder that all others are compared with; empty for every pair
 * @param equalCalls how decoders with a dial ({@code type: curve}) are compared at equal numbers of calls
 * @param seeds seeds; a decoder that draws nothing gives equal rows for all of them
 * @param batch responses decoded together
 * @param fleet workers
 * @param grader sandbox
 */
public record EvaluateConfig(
        String backbone,
        String dtype,
        String problems,
        int limit,
        BadRows badRows,
        PromptSettings prompt,
        int responseLength,
        List<DecodingBudget> budgets,
        Map<String, DecoderChoice> decoders,
        Map<String, List<String>> oracles,
        String reference,
        EqualCallsSettings equalCalls,
        List<Long> seeds,
        int batch,
        FleetSettings fleet,
        GraderChoice grader) {

    /** Checks counts; keeps the order of the decoders. */
    public EvaluateConfig {
        budgets = List.copyOf(budgets);
        decoders = Entries.present(decoders);
        oracles = Entries.present(oracles);
        seeds = List.copyOf(seeds);
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be at least 0, was " + limit);
        }
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        if (budgets.isEmpty()) {
            throw new IllegalArgumentException("budgets must hold at least one budget, was empty");
        }
        if (seeds.isEmpty()) {
            throw new IllegalArgumentException("seeds must hold at least one seed, was empty");
        }
        for (Map.Entry<String, List<String>> oracle : oracles.entrySet()) {
            if (decoders.containsKey(oracle.getKey())) {
                throw new IllegalArgumentException(
                        "oracles must have names that no decoder has, was " + oracle.getKey());
            }
            List<DecoderChoice> members = new ArrayList<>();
            for (String member : oracle.getValue()) {
                members.add(decoders.get(member));
            }
            boolean alike = members.stream().allMatch(EvaluateConfig::bestOf)
                    || members.stream().allMatch(CurveChoice.class::isInstance);
            if (members.isEmpty() || !alike) {
                throw new IllegalArgumentException("oracles must name decoders with a best-of step size, or decoders of"
                        + " type curve, was " + oracle.getValue());
            }
        }
        if (!reference.isEmpty() && !decoders.containsKey(reference) && !oracles.containsKey(reference)) {
            throw new IllegalArgumentException("reference must be one of the decoders " + decoders.keySet()
                    + " or empty, was \"" + reference + "\"");
        }
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, was " + batch);
        }
    }

    /** The built-in model and problems at 1/4, no decoder yet: the file names them. */
    public static EvaluateConfig defaults() {
        return new EvaluateConfig(
                "builtin",
                "f32",
                "builtin:test",
                0,
                BadRows.STOP,
                PromptSettings.defaults(),
                48,
                List.of(new DecodingBudget(1, 4)),
                Map.of(),
                Map.of(),
                "",
                EqualCallsSettings.defaults(),
                List.of(0L),
                16,
                FleetSettings.defaults(),
                GraderChoice.defaults());
    }

    /** The same within a training run: graded as that run grades, and on its cluster if it has one. */
    public EvaluateConfig asPartOf(GraderChoice itsGrader, FleetSettings itsFleet) {
        FleetSettings where = itsFleet.cluster() ? itsFleet : fleet;
        return new EvaluateConfig(
                backbone,
                dtype,
                problems,
                limit,
                badRows,
                prompt,
                responseLength,
                budgets,
                decoders,
                oracles,
                reference,
                equalCalls,
                seeds,
                batch,
                where,
                itsGrader);
    }

    /** The same on another base model. */
    public EvaluateConfig withBackbone(String other) {
        return with(other, decoders, reference);
    }

    /** The same with other decoders, compared with one of them. */
    public EvaluateConfig withDecoders(Map<String, DecoderChoice> others, String comparedWith) {
        return with(backbone, others, comparedWith);
    }

    /**
     * The same with a policy file wherever a policy is asked for and none is named.
     *
     * @param file a policy file, {@code {seed}} in it allowed
     */
    public EvaluateConfig withPolicy(String file) {
        Map<String, DecoderChoice> changed = new LinkedHashMap<>();
        decoders.forEach((name, choice) -> changed.put(name, choice.withPolicy(file)));
        return with(backbone, changed, reference);
    }

    private EvaluateConfig with(String model, Map<String, DecoderChoice> choices, String comparedWith) {
        return new EvaluateConfig(
                model,
                dtype,
                problems,
                limit,
                badRows,
                prompt,
                responseLength,
                budgets,
                choices,
                oracles,
                comparedWith,
                equalCalls,
                seeds,
                batch,
                fleet,
                grader);
    }

    private static boolean bestOf(DecoderChoice choice) {
        return choice instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.BestOf;
    }

    /**
     * The decoder that all others are measured against: the reference if one is set, else the first that a policy steers;
     * empty if there is none.
     */
    String learned() {
        return !reference.isEmpty()
                ? reference
                : decoders.entrySet().stream()
                        .filter(entry -> entry.getValue().learned())
                        .map(Map.Entry::getKey)
                        .findFirst()
                        .orElse("");
    }

    /** Decoders that are evaluated at every value of a dial, with the name of it. */
    Map<String, String> dials() {
        Map<String, String> dials = new LinkedHashMap<>();
        decoders.forEach((name, choice) -> {
            if (choice instanceof CurveChoice curve) {
                dials.put(name, curve.dial());
            }
        });
        return dials;
    }

    /** Oracles over the dials of such decoders. */
    Map<String, List<String>> curveOracles() {
        Map<String, List<String>> oracles = new LinkedHashMap<>(this.oracles);
        oracles.values().removeIf(members -> !(decoders.get(members.get(0)) instanceof CurveChoice));
        return oracles;
    }

    /** Decoders that no policy steers, less the reference. */
    List<String> handMade() {
        return decoders.keySet().stream()
                .filter(name -> !decoders.get(name).learned() && !name.equals(learned()))
                .toList();
    }

    /** The rows of the table: {@code decoder@budget}, oracles among them. */
    public Set<String> cells() {
        Set<String> cells = new LinkedHashSet<>();
        decoders.forEach((name, choice) -> budgetsOf(choice).forEach(budget -> cells.add(name + "@" + budget)));
        oracles.forEach((name, members) -> members.forEach(
                member -> budgetsOf(decoders.get(member)).forEach(budget -> cells.add(name + "@" + budget))));
        return cells;
    }

    /** Whether all candidates of a decoder are evaluated, for an oracle. */
    boolean inOracle(String decoder) {
        return oracles.values().stream().anyMatch(members -> members.contains(decoder));
    }

    /** Budgets of a decoder. */
    List<DecodingBudget> budgetsOf(DecoderChoice choice) {
        return choice.budgets().isEmpty() ? budgets : choice.budgets();
    }
}
