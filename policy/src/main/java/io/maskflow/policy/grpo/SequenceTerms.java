package io.maskflow.policy.grpo;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.distribution.GaussianMargin;
import io.maskflow.policy.kernel.DenseKernel;

/**
 * What is common to the decisions of a trajectory when it has one ratio, as in GSPO (2507.18071): {@code r = (p(y) /
 * p_old(y))^(1 / D)} over its {@code D} decisions, clipped as a whole, with the mean advantage of its decisions. With tied
 * draws {@code p} is their joint density, and its coupling part is spread over the decisions.
 */
final class SequenceTerms {

    private final int[] trajectory; // [D]
    private final double[] ratio; // [J]
    private final double[] advantage; // [J]
    private final double[] couplingAlpha; // [D] d coupling / d alpha, or empty
    private final double[] couplingBeta;

    private SequenceTerms(
            int[] trajectory, double[] ratio, double[] advantage, double[] couplingAlpha, double[] couplingBeta) {
        this.trajectory = trajectory;
        this.ratio = ratio;
        this.advantage = advantage;
        this.couplingAlpha = couplingAlpha;
        this.couplingBeta = couplingBeta;
    }

    /** Computes ratios and couplings at the parameters of a policy. */
    static SequenceTerms of(PolicyNetwork policy, DecisionBatch batch, DenseKernel kernel) {
        double[] mu = new double[batch.count()];
        double[] kappa = new double[batch.count()];
        policy.heads(batch.features, batch.count(), mu, kappa);
        return of(mu, kappa, batch, kernel);
    }

    /** The same with the heads given, {@code [D]} each. */
    static SequenceTerms of(double[] mu, double[] kappa, DecisionBatch batch, DenseKernel kernel) {
        int count = batch.count();
        int[] trajectory = new int[count];
        double[] logRatio = new double[batch.trajectories()];
        double[] advantage = new double[batch.trajectories()];
        BetaTerms terms = new BetaTerms(kernel);
        int j = 0;
        for (int d = 0; d < count; d++) {
            int r = d % BetaTerms.ROWS;
            if (r == 0) {
                terms.of(mu, kappa, d, Math.min(BetaTerms.ROWS, count - d));
            }
            while (d >= batch.starts[j + 1]) {
                j++;
            }
            trajectory[d] = j;
            logRatio[j] += terms.logProbability(r, batch, d) - batch.oldLogProbability[d];
            advantage[j] += batch.advantage[d];
        }
        double[] alphaSlope = {};
        double[] betaSlope = {};
        if (batch.likelihood.isTied() && count > 0) {
            double[] u = new double[count];
            alphaSlope = new double[count];
            betaSlope = new double[count];
            for (int d = 0; d < count; d++) {
                GaussianMargin.Normal normal = GaussianMargin.normal(
                        batch.logLatent[d], batch.logRest[d], mu[d] * kappa[d], (1 - mu[d]) * kappa[d]);
                u[d] = normal.u();
                alphaSlope[d] = normal.slopeAlpha();
                betaSlope[d] = normal.slopeBeta();
            }
            double[] pull = batch.likelihood.pull(u);
            logRatio[0] += batch.likelihood.coupling(u, pull) - batch.likelihood.oldCoupling();
            for (int d = 0; d < count; d++) {
                alphaSlope[d] *= pull[d];
                betaSlope[d] *= pull[d];
            }
        }
        for (int k = 0; k < logRatio.length; k++) {
            int decisions = batch.starts[k + 1] - batch.starts[k];
            logRatio[k] = decisions == 0 ? 1 : Math.exp(logRatio[k] / decisions);
            advantage[k] /= Math.max(1, decisions);
        }
        return new SequenceTerms(trajectory, logRatio, advantage, alphaSlope, betaSlope);
    }

    double ratio(int d) {
        return ratio[trajectory[d]];
    }

    double advantage(int d) {
        return advantage[trajectory[d]];
    }

    double couplingAlpha(int d) {
        return couplingAlpha.length == 0 ? 0 : couplingAlpha[d];
    }

    double couplingBeta(int d) {
        return couplingBeta.length == 0 ? 0 : couplingBeta[d];
    }
}
