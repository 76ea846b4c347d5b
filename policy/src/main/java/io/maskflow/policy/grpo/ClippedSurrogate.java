package io.maskflow.policy.grpo;

import io.maskflow.policy.distribution.CutLatent;
import io.maskflow.policy.distribution.CutLatent.ShapeSlope;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.distribution.StepDistribution.Slope;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.kernel.DenseKernel;
import java.util.Optional;

/**
 * The loss of one decision, {@code -min(r A, clip(r, 1 - low, 1 + high) A) + kl D - entropyBonus H}, with its
 * derivatives with respect to mean and concentration. {@code r = exp(log p(y) - log p_old(y))} is a ratio of the likelihoods
 * of {@code y} ({@link Likelihood}), its own or that of its whole trajectory ({@link SequenceTerms}); D is the divergence
 * from the reference policy, H the entropy of {@code y}, both in nats.
 *
 * @param clipLow ratios below {@code 1 - clipLow} are clipped
 * @param clipHigh ratios above {@code 1 + clipHigh} are clipped
 * @param kl weight of D
 * @param klEstimator how D is measured
 * @param entropyBonus weight of H
 * @paper XF §4.2 (clipped policy update)
 * @paper GRPO Eq. 3
 */
public record ClippedSurrogate(
        double clipLow, double clipHigh, double kl, KlEstimator klEstimator, double entropyBonus) {

    /**
     * What one decision contributes.
     *
     * @param loss its loss
     * @param ratio {@code r}
     * @param clipped whether the clipping takes the slope of the ratio away
     * @param slope derivatives of the loss
     */
    public record Term(double loss, double ratio, boolean clipped, Slope slope) {}

    /**
     * One decision alone.
     *
     * @param policy distribution of the latent under the new policy
     * @param y the latent that was drawn
     * @param oldLogProbability its log density under the policy that drew it
     * @param advantage A
     * @param reference distribution of the latent under the reference policy
     */
    public Term term(
            StepDistribution policy, double y, double oldLogProbability, double advantage, StepDistribution reference) {
        DecisionBatch one = DecisionBatch.of(
                        1,
                        new float[1],
                        new double[] {y},
                        new double[] {advantage},
                        new double[] {oldLogProbability},
                        new int[] {0, 1})
                .comparedWith(new double[] {reference.mu()}, new double[] {reference.kappa()});
        SurrogateSums sums = new SurrogateSums();
        double[] dMu = new double[1];
        double[] dKappa = new double[1];
        double[] mu = {policy.mu()};
        double[] kappa = {policy.kappa()};
        BetaTerms terms = new BetaTerms(DenseKernel.fastest());
        evaluate(one, Optional.empty(), 0, 1, mu, kappa, new double[] {1}, dMu, dKappa, terms, sums);
        return new Term(sums.loss, sums.ratio, sums.clippedLow + sums.clippedHigh > 0, new Slope(dMu[0], dKappa[0]));
    }

    /**
     * Evaluates some decisions of a batch.
     *
     * @param batch the decisions
     * @param sequence where a trajectory has one ratio: that ratio
     * @param from first decision
     * @param count how many
     * @param mu {@code [count]} means under the new policy
     * @param kappa {@code [count]} concentrations under the new policy
     * @param weight {@code [D]} factors of derivatives and loss, one for every decision of the batch
     * @param dMu {@code [count]} written: weighted derivative of the loss
     * @param dKappa {@code [count]} written
     * @param terms working memory
     * @param sums what is reported, added to
     */
    void evaluate(
            DecisionBatch batch,
            Optional<SequenceTerms> sequence,
            int from,
            int count,
            double[] mu,
            double[] kappa,
            double[] weight,
            double[] dMu,
            double[] dKappa,
            BetaTerms terms,
            SurrogateSums sums) {
        if (kl > 0 && !batch.hasReference()) {
            throw new IllegalArgumentException(
                    "grpo.kl is " + kl + " but the batch has no reference policy to measure the divergence from");
        }
        for (int r = 0; r < count; r++) {
            int d = from + r;
            int j = r % BetaTerms.ROWS;
            if (j == 0) {
                terms.of(mu, kappa, r, Math.min(BetaTerms.ROWS, count - r));
            }
            double alpha = terms.alpha(j);
            double beta = terms.beta(j);
            double psiA = terms.psiAlpha(j);
            double psiB = terms.psiBeta(j);
            double psiK = terms.psiKappa(j);
            double logP = terms.logProbability(j, batch, d);
            ShapeSlope score = terms.score(j, batch, d); // d log p / d alpha, d beta
            double slopeMu = kappa[r] * (score.alpha() - score.beta());
            double slopeKappa = mu[r] * score.alpha() + (1 - mu[r]) * score.beta();

            double ratio = sequence.isEmpty()
                    ? Math.exp(logP - batch.oldLogProbability[d])
                    : sequence.get().ratio(d);
            double a = sequence.isEmpty() ? batch.advantage[d] : sequence.get().advantage(d);
            boolean low = ratio < 1 - clipLow && a < 0;
            boolean high = ratio > 1 + clipHigh && a > 0;
            double clipped = Math.max(1 - clipLow, Math.min(1 + clipHigh, ratio));
            double loss = -Math.min(ratio * a, clipped * a);
            double factor = low || high ? 0 : -ratio * a; // d loss / d log p
            double gMu = factor * slopeMu;
            double gKappa = factor * slopeKappa;
            if (sequence.isPresent()) {
                double cA = sequence.get().couplingAlpha(d);
                double cB = sequence.get().couplingBeta(d);
                gMu += factor * kappa[r] * (cA - cB);
                gKappa += factor * (mu[r] * cA + (1 - mu[r]) * cB);
            }

            boolean cut = batch.likelihood.isCut();
            double entropy = cut
                    ? terms.cut(j).entropy()
                    : terms.logBeta(j) - (alpha - 1) * psiA - (beta - 1) * psiB + (kappa[r] - 2) * psiK;
            if (entropyBonus > 0) {
                Slope slope = cut ? terms.cut(j).entropySlope() : new StepDistribution(mu[r], kappa[r]).entropySlope();
                loss -= entropyBonus * entropy;
                gMu -= entropyBonus * slope.mu();
                gKappa -= entropyBonus * slope.kappa();
            }
            double divergence = 0;
            if (batch.hasReference()) {
                StepDistribution reference = new StepDistribution(batch.referenceMu[d], batch.referenceKappa[d]);
                if (klEstimator == KlEstimator.ANALYTIC) {
                    StepDistribution own = new StepDistribution(mu[r], kappa[r]);
                    divergence = own.divergence(reference);
                    if (kl > 0) {
                        Slope slope = own.divergenceSlope(reference);
                        gMu += kl * slope.mu();
                        gKappa += kl * slope.kappa();
                    }
                } else {
                    double behind = logProbability(reference, batch, d) - logP;
                    divergence = Math.expm1(behind) - behind;
                    double pull = -kl * Math.expm1(behind); // d D / d log p = 1 - exp(ref - new)
                    gMu += pull * slopeMu;
                    gKappa += pull * slopeKappa;
                }
                loss += kl * divergence;
            }
            dMu[r] = weight[d] * gMu;
            dKappa[r] = weight[d] * gKappa;
            sums.add(weight[d] * loss, ratio, low, high, entropy, divergence, mu[r], kappa[r], batch.latent[d]);
        }
    }

    private static double logProbability(StepDistribution other, DecisionBatch batch, int d) {
        if (batch.atom(d)) {
            return CutLatent.of(other).logMass(batch.upper(d));
        }
        return (other.alpha() - 1) * batch.logLatent[d] + (other.beta() - 1) * batch.logRest[d] - other.logBeta();
    }
}
