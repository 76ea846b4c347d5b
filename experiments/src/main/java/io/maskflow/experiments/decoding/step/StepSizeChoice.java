package io.maskflow.experiments.decoding.step;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.decoder.flow.ConfidenceStepSize;
import io.maskflow.decoder.flow.ConstantStepSize;
import io.maskflow.experiments.decoding.DecoderChoice;
import java.util.List;

/** Who chooses the step fractions of a flow decoder. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = StepSizeChoice.Policy.class, name = "policy"),
    @JsonSubTypes.Type(value = StepSizeChoice.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = StepSizeChoice.Confidence.class, name = "confidence"),
    @JsonSubTypes.Type(value = StepSizeChoice.BestOf.class, name = "best-of"),
    @JsonSubTypes.Type(value = StepSizeChoice.Permuted.class, name = "permuted")
})
public sealed interface StepSizeChoice {

    /** A few words for a table. */
    String label();

    /** Policy files that it names. */
    default List<String> policyFiles() {
        return List.of();
    }

    /** See {@link DecoderChoice#dials()}. */
    default List<String> dials() {
        return List.of();
    }

    /** See {@link DecoderChoice#learned()}. */
    default boolean learned() {
        return false;
    }

    /** Whether answers depend on the evaluation's seed. */
    default boolean dependsOnSeed() {
        return false;
    }

    /** The choice of a seed: {@code {seed}} in the name of a policy file is filled in. */
    default StepSizeChoice of(long seed) {
        return this;
    }

    /**
     * The same with a policy file wherever a policy is asked for and none is named.
     *
     * @param file a policy file, {@code {seed}} in it allowed
     */
    default StepSizeChoice withPolicy(String file) {
        return this;
    }

    /**
     * A learned policy.
     *
     * @param file policy file; empty for the policy of the run or of the command line; {@code {seed}} in it stands for the
     *     seed of the evaluation, so that policies of several training seeds are one row of the table
     * @param action {@code expected} or {@code sampled}
     * @param temperature divides the policy's concentration, above 0; 1 is the policy itself, above 1 draws wider and expects
     *     bolder (the expectation of a wider Beta on the logarithmic scale is larger), below 1 narrows towards the mean
     * @param price of a model call, for a policy with a dial: in the range that it was trained for; 0 for a policy without
     * @param clampPrice whether a price outside the range becomes the nearest in it; else it is refused
     * @param muMin bound of the mean for a file without metadata, 0 if the file says it (like the components that follow)
     */
    record Policy(
            String file,
            Action action,
            double temperature,
            double price,
            boolean clampPrice,
            double muMin,
            double muMax,
            double kappaMin,
            double kappaMax,
            double aMin,
            double aMax)
            implements StepSizeChoice {

        /** Which action a policy takes. */
        public enum Action {
            /** The expectation of the transformed Beta (deterministic decoding). */
            EXPECTED,
            /** A draw, as in training. */
            SAMPLED
        }

        /** Refuses a negative price and a temperature that is none. */
        public Policy {
            if (!(temperature > 0 && temperature <= 1000)) {
                throw new IllegalArgumentException("stepSize.temperature must lie in (0, 1000], was " + temperature);
            }
            if (!(price >= 0 && price < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("stepSize.price must be above 0, or 0 for none, was " + price);
            }
        }

        /** The run's policy, its expected action, all numbers from the file. */
        public static Policy defaults() {
            return new Policy("", Action.EXPECTED, 1, 0, false, 0, 0, 0, 0, 0, 0);
        }

        /** The price, which a policy without a dial refuses when it is read. */
        @Override
        public List<String> dials() {
            return List.of("price");
        }

        @Override
        public boolean learned() {
            return true;
        }

        @Override
        public boolean dependsOnSeed() {
            return action == Action.SAMPLED || SeedInName.in(file);
        }

        @Override
        public Policy of(long seed) {
            return withFile(SeedInName.fill(file, seed));
        }

        @Override
        public List<String> policyFiles() {
            return file.isEmpty() ? List.of() : List.of(file);
        }

        @Override
        public StepSizeChoice withPolicy(String other) {
            return file.isEmpty() ? withFile(other) : this;
        }

        @Override
        public String label() {
            String which = file.isEmpty() ? "policy" : "policy " + file;
            String dial = price > 0 ? ", price " + price : "";
            String drawn = action == Action.EXPECTED ? which + dial : which + dial + ", sampled";
            return temperature == 1 ? drawn : drawn + ", temperature " + temperature;
        }

        /** The same with another file. */
        public Policy withFile(String other) {
            return new Policy(
                    other, action, temperature, price, clampPrice, muMin, muMax, kappaMin, kappaMax, aMin, aMax);
        }

        /** The same at another setting of its dial. */
        public Policy withPrice(double other) {
            return new Policy(
                    file, action, temperature, other, clampPrice, muMin, muMax, kappaMin, kappaMax, aMin, aMax);
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

        @Override
        public String label() {
            return "a = " + fraction;
        }

        @Override
        public List<String> dials() {
            return List.of("fraction");
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
     * @param exponent power: {@code a = min(1, c / fullFrom)^exponent}
     * @param fullFrom power: the confidence from which a token goes the whole way, in (0, 1]
     * @param threshold threshold: {@code a = 1} where {@code c >= threshold}, else 0
     */
    record Confidence(Rule rule, double base, double scale, double exponent, double fullFrom, double threshold)
            implements StepSizeChoice {

        /** Which rule. */
        public enum Rule {
            /** {@code a = base^(-scale (1 - c))}. */
            EXPONENTIAL,
            /** {@code a = min(1, c / fullFrom)^exponent}. */
            POWER,
            /** {@code a = 1} where {@code c >= threshold}, else 0. */
            THRESHOLD
        }

        /** Checks the ranges. */
        public Confidence {
            new ConfidenceStepSize.Exponential(base, scale);
            new ConfidenceStepSize.Power(exponent, fullFrom);
            new ConfidenceStepSize.Threshold(threshold);
        }

        @Override
        public String label() {
            return switch (rule) {
                case EXPONENTIAL -> "a = " + plain(base) + "^(-" + plain(scale) + "(1 - c))";
                case POWER ->
                    fullFrom == 1
                            ? "a = c^" + plain(exponent)
                            : "a = min(1, c / " + plain(fullFrom) + ")^" + plain(exponent);
                case THRESHOLD -> "a = [c >= " + plain(threshold) + "]";
            };
        }

        /** Those that the rule looks at. */
        @Override
        public List<String> dials() {
            return switch (rule) {
                case EXPONENTIAL -> List.of("scale", "base");
                case POWER -> List.of("exponent", "fullFrom");
                case THRESHOLD -> List.of("threshold");
            };
        }

        private static String plain(double value) {
            return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
        }

        /** {@code a = 2^(-8 (1 - c))}. */
        public static Confidence defaults() {
            return new Confidence(Rule.EXPONENTIAL, 2, 8, 2, 1, 0.9);
        }

        /** The step size. */
        public ConfidenceStepSize stepSize() {
            return switch (rule) {
                case EXPONENTIAL -> new ConfidenceStepSize.Exponential(base, scale);
                case POWER -> new ConfidenceStepSize.Power(exponent, fullFrom);
                case THRESHOLD -> new ConfidenceStepSize.Threshold(threshold);
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

        @Override
        public String label() {
            return "best of " + candidates.size();
        }

        @Override
        public List<String> policyFiles() {
            return candidates.stream().flatMap(c -> c.policyFiles().stream()).toList();
        }

        @Override
        public boolean learned() {
            return candidates.stream().anyMatch(StepSizeChoice::learned);
        }

        @Override
        public boolean dependsOnSeed() {
            return candidates.stream().anyMatch(StepSizeChoice::dependsOnSeed);
        }

        @Override
        public StepSizeChoice of(long seed) {
            return new BestOf(candidates.stream().map(c -> c.of(seed)).toList(), problems, limit);
        }

        @Override
        public StepSizeChoice withPolicy(String file) {
            return new BestOf(candidates.stream().map(c -> c.withPolicy(file)).toList(), problems, limit);
        }

        /** A grid of constant fractions. */
        public static BestOf defaults() {
            return new BestOf(List.of(new Constant(0.125), new Constant(0.25), new Constant(0.5)), "builtin:valid", 0);
        }
    }

    /**
     * The fractions of another choice, dealt anew among the open tokens of each step: none keeps its own. Every step has
     * the same fractions as before, so what is lost against {@code of} is what the choice knows of the single token.
     *
     * @param of who chooses the fractions
     */
    record Permuted(StepSizeChoice of) implements StepSizeChoice {

        /** Refuses a choice that is not made yet. */
        public Permuted {
            if (of instanceof BestOf || of instanceof Permuted) {
                throw new IllegalArgumentException("of must be a policy, a constant or a rule, was " + of.label());
            }
        }

        /** Of the policy of the run. */
        public static Permuted defaults() {
            return new Permuted(Policy.defaults());
        }

        @Override
        public List<String> policyFiles() {
            return of.policyFiles();
        }

        @Override
        public List<String> dials() {
            return of.dials();
        }

        @Override
        public boolean learned() {
            return of.learned();
        }

        @Override
        public boolean dependsOnSeed() {
            return true;
        }

        @Override
        public StepSizeChoice of(long seed) {
            return new Permuted(of.of(seed));
        }

        @Override
        public StepSizeChoice withPolicy(String file) {
            return new Permuted(of.withPolicy(file));
        }

        @Override
        public String label() {
            return "permuted: " + of.label();
        }
    }
}
