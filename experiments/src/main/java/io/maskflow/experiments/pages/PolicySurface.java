package io.maskflow.experiments.pages;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.PositionMemory;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.distribution.StepDistribution;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * What a policy does: the expected step fraction {@code E[a]} over confidence {@code p(1)} and progress {@code t}, at
 * several steps of one decoding.
 *
 * <p>A policy sees more than these two, so the picture needs a scene. It is this row of {@code N} positions at step
 * {@code l}: {@code l} are committed (one a step); the confidences of the open ones are spread evenly over (0, 1], in
 * ascending order from left to right, and the position asked about stands where its own confidence belongs, so its
 * neighbours are about as sure; the second to fourth candidate get one half, one quarter and one eighth of what the first
 * leaves, at most as much as the candidate before.
 *
 * @param budget such as {@code 1/4}
 * @param length {@code N}
 * @param totalSteps {@code T}
 * @param steps the steps shown, 0-based
 * @param confidence {@code [C]} {@code p(1)}, ascending
 * @param progress {@code [P]} {@code t}, ascending
 * @param aMin smallest fraction the policy can choose
 * @param fraction {@code [steps][P][C]} ten thousand times {@code E[a]}, rounded
 */
record PolicySurface(
        String budget,
        int length,
        @JsonProperty("total_steps") int totalSteps,
        List<Integer> steps,
        List<Double> confidence,
        List<Double> progress,
        @JsonProperty("a_min") double aMin,
        int[][][] fraction) {

    static final int COLUMNS = 32;
    static final int ROWS = 17;

    /**
     * Asks a policy; one with a dial at the middle of its range, one that remembers as if nothing had happened before.
     *
     * @param network the policy
     * @param budget steps over response length
     * @param length {@code N}
     */
    static PolicySurface of(PolicyNetwork network, DecodingBudget budget, int length) {
        int last = budget.steps(length) - 1;
        List<Integer> steps = List.copyOf(new TreeSet<>(List.of(0, last / 4, last / 2, 3 * last / 4, last)));
        List<Double> confidence = new ArrayList<>();
        for (int c = 1; c <= COLUMNS; c++) {
            confidence.add((double) c / COLUMNS);
        }
        List<Double> progress = new ArrayList<>();
        for (int t = 0; t < ROWS; t++) {
            progress.add((double) t / (ROWS - 1));
        }
        int[][][] fraction = new int[steps.size()][][];
        for (int s = 0; s < fraction.length; s++) {
            fraction[s] = fractions(network, steps.get(s), last + 1, length, confidence, progress);
        }
        return new PolicySurface(
                budget.toString(),
                length,
                last + 1,
                steps,
                confidence,
                progress,
                network.shape().action().aMin(),
                fraction);
    }

    private static int[][] fractions(
            PolicyNetwork network,
            int step,
            int totalSteps,
            int length,
            List<Double> confidence,
            List<Double> progress) {
        PolicyState state = network.shape().state();
        int columns = confidence.size();
        float[] states = new float[progress.size() * columns * state.size()];
        int open = Math.max(1, length - step);
        int at = 0;
        for (double t : progress) {
            for (double c : confidence) {
                int place = Math.max(0, Math.min(open - 1, (int) Math.round(c * open) - 1));
                RowState row = row(step, totalSteps, length, open, place, c, t);
                float[] features =
                        state.of(row.withPrice(network.shape().prices().at(0.5)));
                System.arraycopy(features, place * state.size(), states, at, state.size());
                at += state.size();
            }
        }
        int count = progress.size() * columns;
        double[] mu = new double[count];
        double[] kappa = new double[count];
        network.heads(states, count, mu, kappa);
        int[][] fractions = new int[progress.size()][columns];
        for (int i = 0; i < count; i++) {
            double a = network.shape().action().expectation(new StepDistribution(mu[i], kappa[i]));
            fractions[i / columns][i % columns] = (int) Math.round(10_000 * a);
        }
        return fractions;
    }

    private static RowState row(int step, int totalSteps, int length, int open, int place, double c, double t) {
        float[] top = new float[4 * length];
        float[] confidence = new float[length];
        boolean[] active = new boolean[length];
        float[] progress = new float[length];
        Arrays.fill(progress, (float) t);
        for (int i = 0; i < length; i++) {
            active[i] = i < open;
            double p = i == place ? c : active[i] ? (i + 1.0) / open : 1;
            confidence[i] = (float) p;
            top[4 * i] = (float) p;
            for (int k = 1; k < 4; k++) {
                top[4 * i + k] = Math.min(top[4 * i + k - 1], (float) ((1 - p) / (1 << k)));
            }
        }
        return new RowState(
                new SampleKey(0, 0, 0, 0),
                step,
                totalSteps,
                0,
                top,
                confidence,
                progress,
                active,
                0,
                PositionMemory.blank(length));
    }
}
