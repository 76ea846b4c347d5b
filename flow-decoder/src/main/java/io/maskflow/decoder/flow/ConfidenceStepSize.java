package io.maskflow.decoder.flow;

/**
 * A rule by hand: the surer the model is of a token, the further the token moves. Nothing is learned.
 *
 * <p>The yardstick for learned policies.
 */
public sealed interface ConfidenceStepSize extends StepSizePolicy {

    /**
     * The rule.
     *
     * @param c confidence in [0, 1]
     * @return the step fraction {@code a} in [0, 1], never falling with {@code c}, 1 at {@code c = 1}
     */
    double fraction(double c);

    @Override
    default Fractions choose(RowState row) {
        float[] a = new float[row.length()];
        for (int i = 0; i < a.length; i++) {
            a[i] = (float) fraction(row.confidence()[i]);
        }
        return Fractions.of(a);
    }

    /**
     * {@code a = base^(-scale (1 - c))}. With base 2 and scale 8 this is the log-scale action of XF Eq. 17 with the latent
     * {@code y = c} and {@code aMin = 2^-8}.
     *
     * @param base at least 1
     * @param scale at least 0
     */
    record Exponential(double base, double scale) implements ConfidenceStepSize {

        /** Checks the ranges. */
        public Exponential {
            if (!(base >= 1 && base < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("base must be at least 1, was " + base);
            }
            if (!(scale >= 0 && scale < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("scale must be at least 0, was " + scale);
            }
        }

        @Override
        public double fraction(double c) {
            return Math.pow(base, -scale * (1 - c));
        }
    }

    /**
     * {@code a = min(1, c / fullFrom)^exponent}.
     *
     * @param exponent at least 0
     * @param fullFrom the confidence from which a token goes the whole way, in (0, 1]; 1: {@code a = c^exponent}
     */
    record Power(double exponent, double fullFrom) implements ConfidenceStepSize {

        /** Checks the ranges. */
        public Power {
            if (!(exponent >= 0 && exponent < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("exponent must be at least 0, was " + exponent);
            }
            if (!(fullFrom > 0 && fullFrom <= 1)) {
                throw new IllegalArgumentException("fullFrom must lie in (0, 1], was " + fullFrom);
            }
        }

        /** {@code a = c^exponent}. */
        public Power(double exponent) {
            this(exponent, 1);
        }

        @Override
        public double fraction(double c) {
            return Math.pow(Math.min(1, c / fullFrom), exponent);
        }
    }

    /**
     * {@code a = 1} where {@code c >= threshold}, else 0. With {@link CommitRule#SURE} from the same threshold and {@code
     * commitSeesOldProgress} the flow is threshold decoding (Fast-dLLM): sure positions become their tokens, the others stay
     * masks, and where none is sure the surest becomes its token.
     *
     * @param threshold in (0, 1]
     */
    record Threshold(double threshold) implements ConfidenceStepSize {

        /** Checks the range. */
        public Threshold {
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("threshold must lie in (0, 1], was " + threshold);
            }
        }

        @Override
        public double fraction(double c) {
            return c >= threshold ? 1 : 0;
        }
    }
}
