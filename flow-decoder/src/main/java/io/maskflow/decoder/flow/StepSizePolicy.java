package io.maskflow.decoder.flow;

import io.maskflow.decoder.SampleKey;
import java.io.Serializable;

/**
 * Chooses how far each token moves: the step fraction {@code a_i} of XF Eq. 7.
 *
 * <p>What the decoder needs, said in the decoder's words; module {@code policy} provides the learned one.
 */
public interface StepSizePolicy extends Serializable {

    /**
     * Chooses the fractions of one row at one step.
     *
     * @param row everything that may be looked at
     * @return the fractions, one per position; entries of inactive positions are ignored
     */
    Fractions choose(RowState row);

    /** Whether {@link RowState#memory()} is looked at; where it is not, nothing is remembered. */
    default boolean remembers() {
        return false;
    }

    /**
     * One row at one step. Arrays have one entry per position looked at and must not be changed.
     *
     * @param key identity for random draws
     * @param step {@code l}, 0-based, counted over the whole generation
     * @param totalSteps {@code T}
     * @param from first response position of the arrays (block mode)
     * @param topProbability {@code [length * 4]} {@code p(1) .. p(4)}, descending, mask token taken out
     * @param confidence {@code c_i}
     * @param progress {@code t_i} before the update
     * @param active false where the position is committed
     * @param price of a model call, as the request says; 0 for none
     * @param memory what the positions have lived through; {@link PositionMemory#NONE} unless the policy remembers
     */
    record RowState(
            SampleKey key,
            int step,
            int totalSteps,
            int from,
            float[] topProbability,
            float[] confidence,
            float[] progress,
            boolean[] active,
            double price,
            PositionMemory memory)
            implements Serializable {

        /** Without a price or a memory. */
        public RowState(
                SampleKey key,
                int step,
                int totalSteps,
                int from,
                float[] topProbability,
                float[] confidence,
                float[] progress,
                boolean[] active) {
            this(key, step, totalSteps, from, topProbability, confidence, progress, active, 0, PositionMemory.NONE);
        }

        /** The same at another price. */
        public RowState withPrice(double other) {
            return new RowState(
                    key, step, totalSteps, from, topProbability, confidence, progress, active, other, memory);
        }

        /** Positions looked at. */
        public int length() {
            return confidence.length;
        }

        /** {@code rho = l / (T - 1)}, 0 when {@code T = 1}. */
        public float rho() {
            return totalSteps == 1 ? 0f : (float) step / (totalSteps - 1);
        }
    }

    /**
     * The choice.
     *
     * @param a {@code [length]} step fractions in [0, 1]
     * @param features {@code [length * F]} the policy state it was made from, or empty
     * @param latent {@code [length]} sampled {@code y_i}, or empty
     * @param logProbability {@code [length]} log density of {@code y_i}, or empty
     */
    record Fractions(float[] a, float[] features, float[] latent, float[] logProbability) {

        private static final float[] NOTHING = {};

        /** A choice without a policy behind it. */
        public static Fractions of(float[] a) {
            return new Fractions(a, NOTHING, NOTHING, NOTHING);
        }
    }
}
