package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.decoder.flow.ConfidenceStepSize;
import io.maskflow.decoder.flow.ConstantStepSize;
import java.util.List;

/** Who chooses the step fractions of a flow decoder. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StepSizeChoice.Policy.class, name = "policy"),
    @JsonSubTypes.Type(value = StepSizeChoice.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = StepSizeChoice.Confidence.class, name = "confidence"),
    @JsonSubTypes.Type(value = StepSizeChoice.BestOf.class, name = "best-of")
})
public sealed interface StepSizeChoice {

    /**
     * A learned policy.
     *
     * @param file policy file; empty for the policy of the run or of the command line; {@code {seed}} in it stands for the
     *     seed of the evaluation, so that policies of several training seeds are one row of the table
     * @param action {@code expected} or {@code sampled}
     * @param muMin bound of the mean for a file without metadata, 0 if the file says it (like the components that follow)
     */
    record Policy(
            String file,
            Action action,
            double muMin,
            double muMax,
            double kappaMin,
            double kappaMax,
            double aMin,
            double aMax)
            implements StepSizeChoice {

        private static final String SEED = "{seed}";

        /** Which action a policy takes. */
        public enum Action {
            /** The expectation of the transformed Beta (deterministic decoding). */
            EXPECTED,
            /** A draw, as in training. */
            SAMPLED
        }

        /** The run's policy, its expected action, all numbers from the file. */
        public static Policy defaults() {
            return new Policy("", Action.EXPECTED, 0, 0, 0, 0, 0, 0);
        }

        /** Whether answers depend on the evaluation's seed. */
        public boolean dependsOnSeed() {
            return action == Action.SAMPLED || file.contains(SEED);
        }

        /** The policy of a seed. */
        public Policy of(long seed) {
            return withFile(file.replace(SEED, Long.toString(seed)));
        }

        /** The same with another file. */
        public Policy withFile(String other) {
            return new Policy(other, action, muMin, muMax, kappaMin, kappaMax, aMin, aMax);
        }
    }

    /**
     * The same fraction for every token.
     *
     * @param fraction {@code a}, in [0, 1]
     */
    record Constant(double fraction) implements StepSizeChoice {

        /** Checks the range. */
        public Constant {
            new ConstantStepSize(fraction);
        }

        /** A quarter. */
        public static Constant defaults() {
            return new Constant(0.25);
        }

        /** The step size. */
        public ConstantStepSize stepSize() {
            return new ConstantStepSize(fraction);
        }
    }

    /**
     * A fraction that grows with confidence, by a rule made by hand.
     *
     * @param rule which
     * @param base exponential: {@code a = base^(-scale (1 - c))}
     * @param scale see {@code base}
     * @param exponent power: {@code a = c^exponent}
     */
    record Confidence(Rule rule, double base, double scale, double exponent) implements StepSizeChoice {

        /** Which rule. */
        public enum Rule {
            /** {@code a = base^(-scale (1 - c))}. */
            EXPONENTIAL,
            /** {@code a = c^exponent}. */
            POWER
        }

        /** Checks the ranges. */
        public Confidence {
            new ConfidenceStepSize.Exponential(base, scale);
            new ConfidenceStepSize.Power(exponent);
        }

        /** {@code a = 2^(-8 (1 - c))}. */
        public static Confidence defaults() {
            return new Confidence(Rule.EXPONENTIAL, 2, 8, 2);
        }

        /** The step size. */
        public ConfidenceStepSize stepSize() {
            return switch (rule) {
                case EXPONENTIAL -> new ConfidenceStepSize.Exponential(base, scale);
                case POWER -> new ConfidenceStepSize.Power(exponent);
            };
        }
    }

    /**
     * The best of several, chosen for each budget on other problems than those it is evaluated on: a fair bar.
     *
     * @param candidates step sizes to choose from, at least one
     * @param problems where to choose
     * @param limit how many of these problems, 0 for all
     */
    record BestOf(List<StepSizeChoice> candidates, String problems, int limit) implements StepSizeChoice {

        /** Refuses an empty or nested choice. */
        public BestOf {
            candidates = List.copyOf(candidates);
            if (candidates.isEmpty()) {
                throw new IllegalArgumentException("candidates must hold at least one step size, was empty");
            }
            if (candidates.stream().anyMatch(BestOf.class::isInstance)) {
                throw new IllegalArgumentException("candidates of best-of must not be best-of themselves");
            }
            if (limit < 0) {
                throw new IllegalArgumentException("limit must be at least 0, was " + limit);
            }
        }

        /** A grid of constant fractions. */
        public static BestOf defaults() {
            return new BestOf(
                    List.of(new Constant(0.125), new Constant(0.25), new Constant(0.5)), "builtin:valid", 0);
        }
    }
}
