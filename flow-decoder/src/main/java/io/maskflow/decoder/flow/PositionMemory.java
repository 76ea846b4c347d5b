package io.maskflow.decoder.flow;

import java.io.Serializable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * What each position has lived through, as a step-size policy may want to know it: one step's distribution says how sure the
 * model is now, not whether it has been saying so for a while. Arrays have one entry per position looked at and must not be
 * changed.
 *
 * @param steady for how many steps in a row, this one not counted, the most probable token has been the same
 * @param change {@code p(1)} now less {@code p(1)} at the step before, in [-1, 1]; 0 at the first step
 * @param divergence total variation between the four most probable tokens now and at the step before, the rest of each
 *     distribution taken as one token; in [0, 1], 0 at the first step
 * @param reEdits how often the position has been re-edited (XF Eq. 10)
 */
public record PositionMemory(int[] steady, float[] change, float[] divergence, int[] reEdits) implements Serializable {

    /** Nothing remembered: what a policy sees that does not ask for it. */
    public static final PositionMemory NONE = new PositionMemory(new int[0], new float[0], new float[0], new int[0]);

    /** Of positions that have lived through nothing. */
    public static PositionMemory blank(int length) {
        return new PositionMemory(new int[length], new float[length], new float[length], new int[length]);
    }

    /** The memory of some positions of a response, growing from step to step. */
    static final class Book {

        private static final int K = CleanStatePrediction.TOP_K;

        private final int[] steady;
        private final int[] reEdits;
        private final int[] token;
        private final int[] lastIds;
        private final float[] last;

        /**
         * An empty book.
         *
         * @param length positions of the response
         */
        Book(int length) {
            steady = new int[length];
            reEdits = new int[length];
            token = new int[length];
            lastIds = new int[length * K];
            last = new float[length * K];
            Arrays.fill(token, -1);
        }

        /**
         * Notes what the model says now and tells what has changed.
         *
         * @param from first response position of the arrays
         * @param now what the model says
         * @param ids {@code [length * 4]} tokens of the four probabilities
         */
        PositionMemory note(int from, CleanStatePrediction now, int[] ids) {
            int length = now.token().length;
            float[] change = new float[length];
            float[] divergence = new float[length];
            for (int i = 0; i < length; i++) {
                int at = from + i;
                boolean first = token[at] < 0;
                steady[at] = !first && token[at] == now.token()[i] ? steady[at] + 1 : 0;
                if (!first) {
                    change[i] = now.topProbability()[i * K] - last[at * K];
                    divergence[i] = divergence(at * K, ids, now.topProbability(), i * K);
                }
                token[at] = now.token()[i];
                System.arraycopy(ids, i * K, lastIds, at * K, K);
                System.arraycopy(now.topProbability(), i * K, last, at * K, K);
            }
            return new PositionMemory(
                    Arrays.copyOfRange(steady, from, from + length),
                    change,
                    divergence,
                    Arrays.copyOfRange(reEdits, from, from + length));
        }

        /** Notes a re-edit of response position {@code at}. */
        void reEdited(int at) {
            reEdits[at]++;
        }

        private float divergence(int before, int[] ids, float[] now, int here) {
            Map<Integer, Double> difference = new HashMap<>();
            double rest = 0;
            double sum = 0;
            for (int k = 0; k < K; k++) {
                difference.merge(lastIds[before + k], (double) -last[before + k], Double::sum);
                rest += last[before + k];
            }
            for (int k = 0; k < K; k++) {
                difference.merge(ids[here + k], (double) now[here + k], Double::sum);
                rest -= now[here + k];
            }
            for (double each : difference.values()) {
                sum += Math.abs(each);
            }
            return (float) Math.min(1, (sum + Math.abs(rest)) / 2);
        }
    }
}
