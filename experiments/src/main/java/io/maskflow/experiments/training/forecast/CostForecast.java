package io.maskflow.experiments.training.forecast;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.decoding.CurveChoice;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.EqualNfeChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.MaskPredictionChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * What a run will cost, by counting, before anything is decoded. With {@code T} steps for a budget and {@code N} response
 * tokens, in sequences through the network,
 *
 * <pre>
 *   training    sum over steps and prompts of  G T - (G - parts)      parts = ceil(G / fleet.chunk), 1 without chunks
 *   filter      problems tried * T
 *   validation  validations * problems * sum over budgets of T, twice where there is a running average
 *   evaluation  problems * sum over decoders, budgets, seeds of T, and candidates * validation problems * T of a best-of
 *   tokens      calls * (mean prompt length + N)
 * </pre>
 *
 * <p>With {@code decoder.arrival} the calls of training and validation are a ceiling until {@link Calibration} has measured
 * what the start of the policy makes of it. An {@code equal-nfe} decoder is counted as {@code T} calls, and its choice as if every threshold took all calls that its
 * ceiling allows; the candidates of an oracle are not counted again. Early finish, skipped groups and stop rules make it less; {@code grpo.flatGroups: resample} can make the training's
 * part up to {@code 1 + resampleRounds} times as much.
 *
 * @param parts of the run, in order; those that it does not have are left out
 */
public record CostForecast(List<Part> parts) {

    /**
     * A part of a run.
     *
     * @param name what it is
     * @param modelCalls sequences through the network
     * @param programs answers to be graded
     * @param decisions that the learner computes gradients for, at most, all inner epochs together
     * @param responseLength {@code N}
     * @param arrives whether its responses end when they have arrived: {@code modelCalls} is then a ceiling
     */
    record Part(String name, long modelCalls, long programs, long decisions, int responseLength, boolean arrives) {

        /** A part whose calls are known. */
        Part(String name, long modelCalls, long programs, long decisions, int responseLength) {
            this(name, modelCalls, programs, decisions, responseLength, false);
        }

        /** The same where responses make this share of their calls. */
        private Part at(double share) {
            return arrives
                    ? new Part(
                            name,
                            Math.round(share * modelCalls),
                            programs,
                            Math.round(share * decisions),
                            responseLength,
                            true)
                    : this;
        }

        private Part arriving(boolean arrive) {
            return new Part(name, modelCalls, programs, decisions, responseLength, arrive);
        }

        /** Token positions through the network, prompts of so many tokens included. */
        long tokens(double promptTokens) {
            return Math.round(modelCalls * (promptTokens + responseLength));
        }
    }

    /** How many problems a source has. */
    @FunctionalInterface
    public interface ProblemCount {
        /**
         * @param source as in the settings
         * @param limit how many of them at most, 0 for all
         * @return empty if the source is not on this machine: the part is then given for one problem
         */
        public OptionalInt of(String source, int limit);
    }

    /** Copies the parts. */
    public CostForecast {
        parts = List.copyOf(parts);
    }

    /**
     * Counts.
     *
     * @param config the run
     * @param count sizes of the problem sources that it names
     */
    public static CostForecast of(TrainConfig config, ProblemCount count) {
        List<Part> parts = new ArrayList<>();
        int n = config.responseLength();
        if (config.filter().enabled()) {
            int steps = config.filter().budget().steps(n);
            parts.add(perProblem(
                    "filter",
                    steps,
                    1,
                    count.of(config.problems(), config.filter().limit()),
                    n));
        }
        boolean arrives = config.decoder().settings().arrival() > 0;
        parts.add(training(config).arriving(arrives));
        int every = config.validation().every();
        if (every > 0 && config.steps() > 0) {
            long policies = config.grpo().emaDecay() > 0 ? 2 : 1;
            long times = policies * (config.steps() / every + (config.steps() % every == 0 ? 0 : 1));
            List<DecodingBudget> budgets = config.validation().budgets().isEmpty()
                    ? config.budget()
                    : config.validation().budgets();
            long steps = budgets.stream().mapToLong(b -> b.steps(n)).sum();
            OptionalInt problems =
                    count.of(config.validation().problems(), config.validation().limit());
            long prices = config.rewards()
                    .validationPrices(config.validation().prices())
                    .size();
            parts.add(perProblem("validation", times * prices * steps, times * prices * budgets.size(), problems, n)
                    .arriving(arrives));
        }
        if (config.evaluate()) {
            parts.addAll(evaluation(config.evaluation(), count));
        }
        return new CostForecast(parts);
    }

    private static Part perProblem(String name, long calls, long programs, OptionalInt problems, int n) {
        return problems.isPresent()
                ? new Part(name, calls * problems.getAsInt(), programs * problems.getAsInt(), 0, n)
                : new Part(name + ", per problem", calls, programs, 0, n);
    }

    private static Part training(TrainConfig config) {
        long g = config.groupSize();
        int chunk = config.fleet().chunk() == 0
                ? config.groupSize()
                : Math.min(config.fleet().chunk(), config.groupSize());
        long shared = g - (g + chunk - 1) / chunk;
        long groups = (long) config.steps() * config.prompts();
        long calls = 0;
        List<DecodingBudget> budgets = config.budget();
        for (int b = 0; b < budgets.size(); b++) {
            long turns = groups / budgets.size() + (b < groups % budgets.size() ? 1 : 0);
            calls += turns * (g * budgets.get(b).steps(config.responseLength()) - shared);
        }
        long decisions = (calls + groups * shared)
                * config.responseLength()
                * config.grpo().innerEpochs();
        return new Part("training", calls, groups * g, decisions, config.responseLength());
    }

    private static List<Part> evaluation(EvaluateConfig config, ProblemCount count) {
        long steps = 0;
        long answers = 0;
        List<Part> parts = new ArrayList<>();
        for (DecoderChoice choice : config.decoders().values()) {
            int times = (choice.draws() ? config.seeds().size() : 1)
                    * (choice instanceof CurveChoice curve ? curve.values().size() : 1);
            int each = choice instanceof MaskPredictionChoice mask
                            && mask.settings().cfgScale() > 0
                    ? 2
                    : 1;
            List<DecodingBudget> budgets = choice.budgets().isEmpty() ? config.budgets() : choice.budgets();
            long stepsOfAll = budgets.stream()
                    .mapToLong(b -> b.steps(config.responseLength()))
                    .sum();
            steps += times * each * stepsOfAll;
            answers += (long) times * budgets.size();
            if (choice instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.BestOf best) {
                long candidates = best.candidates().size();
                parts.add(perProblem(
                        "choice of a rule",
                        candidates * stepsOfAll,
                        candidates * budgets.size(),
                        count.of(best.problems(), best.limit()),
                        config.responseLength()));
            }
        }
        for (DecoderChoice choice : config.decoders().values()) {
            if (choice instanceof EqualNfeChoice equal) {
                long values = equal.grid().size();
                parts.add(perProblem(
                        "choice of a dial",
                        values * equal.ceiling().steps(config.responseLength()),
                        values,
                        count.of(equal.problems(), equal.limit()),
                        config.responseLength()));
            }
            if (choice instanceof CurveChoice curve
                    && !config.equalCalls().calls().isEmpty()) {
                long cells =
                        curve.values().size() * (curve.draws() ? config.seeds().size() : 1);
                long ceilings = (choice.budgets().isEmpty() ? config.budgets() : choice.budgets())
                        .stream()
                                .mapToLong(b -> b.steps(config.responseLength()))
                                .sum();
                parts.add(perProblem(
                        "choice of a dial",
                        cells * ceilings,
                        cells,
                        count.of(
                                config.equalCalls().problems(),
                                config.equalCalls().limit()),
                        config.responseLength()));
            }
        }
        OptionalInt problems = count.of(config.problems(), config.limit());
        parts.add(perProblem("evaluation", steps, answers, problems, config.responseLength()));
        return parts;
    }

    /**
     * The same with what was measured of responses that end early.
     *
     * @param share calls that they make, of those that they may, in (0, 1]
     */
    public CostForecast measured(double share) {
        return new CostForecast(parts.stream().map(part -> part.at(share)).toList());
    }

    long modelCalls() {
        return parts.stream().mapToLong(Part::modelCalls).sum();
    }

    long tokens(double promptTokens) {
        return parts.stream().mapToLong(part -> part.tokens(promptTokens)).sum();
    }
}
