package io.maskflow.decoder.softmask;

import java.io.Serializable;

/**
 * How much of a prediction is fed back at a masked position, and which part of it:
 * {@code (1 - lambda) m + lambda sum_{v in top-k} pi_v E[v]} with {@code lambda = omega_s sigma(omega_a (-H(p) - omega_b))}.
 *
 * @param omegaS {@code omega_s}, largest share of the feedback, in [0, 1]
 * @param omegaA {@code omega_a}, steepness, at least 0
 * @param omegaB {@code omega_b}, offset on the scale of the negative entropy in nats, at most 0
 * @param k how many of the most probable tokens are mixed, at least 1; 0 for the whole vocabulary
 * @param temperature of the softmax when {@code k} is 0, above 0: its distribution is mixed and gives {@code H(p)}, as in
 *     the published code; without meaning for another {@code k}
 * @paper SM Eq. 2
 */
public record SoftMask(double omegaS, double omegaA, double omegaB, int k, double temperature) implements Serializable {

    /** Checks the ranges. */
    public SoftMask {
        if (!(omegaS >= 0 && omegaS <= 1)) {
            throw new IllegalArgumentException("omegaS must lie in [0, 1], was " + omegaS);
        }
        if (!(omegaA >= 0 && omegaA < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("omegaA must be at least 0, was " + omegaA);
        }
        if (!(omegaB <= 0 && omegaB > Double.NEGATIVE_INFINITY)) {
            throw new IllegalArgumentException("omegaB must be at most 0, was " + omegaB);
        }
        if (k < 0) {
            throw new IllegalArgumentException("k must be at least 1, or 0 for the whole vocabulary, was " + k);
        }
        if (!(temperature > 0 && temperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature must be above 0, was " + temperature);
        }
    }

    /** The starting point of the paper's training: a small share, centre and steepness of SM appendix A.2, k = 3. */
    public static SoftMask defaults() {
        return new SoftMask(0.05, 10 / 1.5, -0.75, 3, 1);
    }

    /** True where all of the vocabulary is mixed. */
    public boolean wholeVocabulary() {
        return k == 0;
    }

    /**
     * {@code lambda(p)}.
     *
     * @param negativeEntropy {@code -H(p)} in nats, at most 0
     * @return in [0, omegaS]
     */
    public double lambda(double negativeEntropy) {
        return omegaS * sigmoid(omegaA * (negativeEntropy - omegaB));
    }

    /**
     * {@code pi}: probabilities of the top k divided by their sum.
     *
     * @param top probabilities, not all 0
     * @return shares that sum to 1
     */
    public static double[] normalised(double[] top) {
        double sum = 0;
        for (double p : top) {
            sum += p;
        }
        double[] pi = new double[top.length];
        for (int i = 0; i < pi.length; i++) {
            pi[i] = top[i] / sum;
        }
        return pi;
    }

    static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
