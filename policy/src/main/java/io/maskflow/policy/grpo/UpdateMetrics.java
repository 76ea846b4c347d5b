package io.maskflow.policy.grpo;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What one update of the parameters saw, before it was applied. Of no decision (every group was flat) there is no mean:
 * all but the number of decisions, the norm of the gradient and the rate are NaN.
 *
 * @param decisions decisions learned from
 * @param loss mean loss
 * @param entropy mean entropy of {@code y}, nats
 * @param kl mean divergence from the reference policy, or from the sampling policy (k3) where there is none; nats
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
 */
public record UpdateMetrics(
        long decisions,
        double loss,
        double entropy,
        double kl,
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
        double actionLog2Mean) {

    /** Under the names of the metrics file. */
    public Map<String, Double> named() {
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("loss", loss);
        named.put("entropy", entropy);
        named.put("kl", kl);
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
        named.put("decisions", (double) decisions);
        return named;
    }

    /**
     * The mean over the inner epochs of a step; extremes of the ratio are extremes.
     *
     * @param epochs at least one
     */
    public static UpdateMetrics mean(List<UpdateMetrics> epochs) {
        return new UpdateMetrics(
                epochs.get(0).decisions,
                epochs.stream().mapToDouble(UpdateMetrics::loss).average().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::entropy).average().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::kl).average().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::clippedLow).average().orElseThrow(),
                epochs.stream()
                        .mapToDouble(UpdateMetrics::clippedHigh)
                        .average()
                        .orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::ess).average().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::ratioMean).average().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::ratioMin).min().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::ratioMax).max().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::gradNorm).average().orElseThrow(),
                epochs.get(0).learningRate,
                epochs.stream().mapToDouble(UpdateMetrics::muMean).average().orElseThrow(),
                epochs.stream().mapToDouble(UpdateMetrics::kappaMean).average().orElseThrow(),
                epochs.stream()
                        .mapToDouble(UpdateMetrics::actionLog2Mean)
                        .average()
                        .orElseThrow());
    }
}
