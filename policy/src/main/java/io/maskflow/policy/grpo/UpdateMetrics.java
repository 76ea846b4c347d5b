package io.maskflow.policy.grpo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What one update of the parameters saw, before it was applied. Of no decision (every group was flat) there is no mean:
 * all but the number of decisions, the norm of the gradient and the rate are NaN.
 *
 * @param decisions decisions learned from
 * @param loss mean loss
 * @param entropy mean entropy of {@code y} as it is acted on ({@link io.maskflow.policy.distribution.CutLatent#entropy}), nats
 * @param kl mean divergence from the reference policy, 0 where there is none; nats
 * @param klStep mean {@code r - 1 - ln r}: estimate of the divergence of the sampling policy from the updated one; nats
 * @param clippedLow share of decisions with {@code A < 0} and a ratio below {@code 1 - clipLow}
 * @param clippedHigh share of decisions with {@code A > 0} and a ratio above {@code 1 + clipHigh}
 * @param ess effective sample size of the ratios over their number, {@code (sum r)^2 / (n sum r^2)}, in (0, 1]
 * @param ratioMean mean ratio
 * @param ratioMin smallest ratio
 * @param ratioMax largest ratio
 * @param gradNorm global L2 norm of the gradient before it was limited
 * @param learningRate rate it was applied with
 * @param muMean mean of mu
 * @param kappaMean mean of kappa
 * @param actionLog2Mean mean of {@code log2 a} of the sampled fractions
 * @param actionLog2Spread mean deviation of {@code log2 a} within a decision's distribution (linear scale: of {@code a})
 */
public record UpdateMetrics(
        long decisions,
        double loss,
        double entropy,
        double kl,
        double klStep,
        double clippedLow,
        double clippedHigh,
        double ess,
        double ratioMean,
        double ratioMin,
        double ratioMax,
        double gradNorm,
        double learningRate,
        double muMean,
        double kappaMean,
        double actionLog2Mean,
        double actionLog2Spread) {

    /** Under the names of the metrics file. */
    public Map<String, Double> named() {
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("loss", loss);
        named.put("entropy", entropy);
        named.put("kl", kl);
        named.put("kl_step", klStep);
        named.put("clip_ratio/low_mean", clippedLow);
        named.put("clip_ratio/high_mean", clippedHigh);
        named.put("clip_ratio/region_mean", clippedLow + clippedHigh);
        named.put("ess", ess);
        named.put("ratio_mean", ratioMean);
        named.put("ratio_min", ratioMin);
        named.put("ratio_max", ratioMax);
        named.put("grad_norm", gradNorm);
        named.put("lr", learningRate);
        named.put("mu_mean", muMean);
        named.put("kappa_mean", kappaMean);
        named.put("action_log2_mean", actionLog2Mean);
        named.put("action_log2_std", actionLog2Spread);
        named.put("decisions", (double) decisions);
        return named;
    }

    /**
     * The mean over the updates of a step; extremes of the ratio are extremes. Before the first update every ratio is 1 by
     * construction, so ratios, clipped shares, effective sample size and {@code klStep} are those of the updates after it; with
     * a single update there is nothing else to report.
     *
     * @param updates at least one
     * @param epochs passes over the decisions that they make up
     */
    public static UpdateMetrics mean(List<UpdateMetrics> updates, int epochs) {
        long decisions = updates.stream().mapToLong(UpdateMetrics::decisions).sum() / epochs;
        if (decisions > 0) {
            return mean(updates.stream().filter(update -> update.decisions > 0).toList(), decisions);
        }
        return mean(updates, 0L);
    }

    private static UpdateMetrics mean(List<UpdateMetrics> updates, long decisions) {
        List<UpdateMetrics> moved = updates.size() > 1 ? updates.subList(1, updates.size()) : updates;
        return new UpdateMetrics(
                decisions,
                mean(updates, UpdateMetrics::loss),
                mean(updates, UpdateMetrics::entropy),
                mean(updates, UpdateMetrics::kl),
                mean(moved, UpdateMetrics::klStep),
                mean(moved, UpdateMetrics::clippedLow),
                mean(moved, UpdateMetrics::clippedHigh),
                mean(moved, UpdateMetrics::ess),
                mean(moved, UpdateMetrics::ratioMean),
                moved.stream().mapToDouble(UpdateMetrics::ratioMin).min().orElseThrow(),
                moved.stream().mapToDouble(UpdateMetrics::ratioMax).max().orElseThrow(),
                mean(updates, UpdateMetrics::gradNorm),
                updates.get(0).learningRate,
                mean(updates, UpdateMetrics::muMean),
                mean(updates, UpdateMetrics::kappaMean),
                mean(updates, UpdateMetrics::actionLog2Mean),
                mean(updates, UpdateMetrics::actionLog2Spread));
    }

    private static double mean(List<UpdateMetrics> updates, ToDoubleFunction<UpdateMetrics> value) {
        return updates.stream().mapToDouble(value).average().orElseThrow();
    }
}
