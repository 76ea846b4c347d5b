package io.maskflow.policy.grpo;

import java.io.Serializable;

/** What a gradient computation reports, as sums over decisions, so that parts can be added in order. */
final class SurrogateSums implements Serializable {

    private static final long serialVersionUID = 1L;

    long count;
    double loss; // weighted as the gradient
    double ratio;
    double ratioSquared;
    double ratioMin = Double.POSITIVE_INFINITY;
    double ratioMax;
    long clippedLow;
    long clippedHigh;
    double entropy;
    double kl;
    double klStep;
    double spread;
    double mu;
    double kappa;
    double latent;

    void add(
            double weightedLoss,
            double r,
            boolean low,
            boolean high,
            double h,
            double divergence,
            double mean,
            double concentration,
            double y) {
        count++;
        loss += weightedLoss;
        ratio += r;
        ratioSquared += r * r;
        ratioMin = Math.min(ratioMin, r);
        ratioMax = Math.max(ratioMax, r);
        clippedLow += low ? 1 : 0;
        clippedHigh += high ? 1 : 0;
        entropy += h;
        kl += divergence;
        klStep += r - 1 - Math.log(r); // k3 of sampling against updated policy
        spread += concentration > 0 ? Math.sqrt(mean * (1 - mean) / (concentration + 1)) : 0;
        mu += mean;
        kappa += concentration;
        latent += y;
    }

    void add(SurrogateSums other) {
        count += other.count;
        loss += other.loss;
        ratio += other.ratio;
        ratioSquared += other.ratioSquared;
        ratioMin = Math.min(ratioMin, other.ratioMin);
        ratioMax = Math.max(ratioMax, other.ratioMax);
        clippedLow += other.clippedLow;
        clippedHigh += other.clippedHigh;
        entropy += other.entropy;
        kl += other.kl;
        klStep += other.klStep;
        spread += other.spread;
        mu += other.mu;
        kappa += other.kappa;
        latent += other.latent;
    }
}
