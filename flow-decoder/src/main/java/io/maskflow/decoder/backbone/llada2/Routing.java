package io.maskflow.decoder.backbone.llada2;

import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which experts a token goes to, in plain Java: the reference of the text's {@code route}. */
final class Routing {

    private static final double TINY = 1e-20;

    private Routing() {}

    /**
     * Group-limited routing: experts are judged by score plus bias; a group of consecutive experts is judged by its two best;
     * the best {@code topk_group} groups stay, and in them the best {@code num_experts_per_tok} experts. Their weights are
     * the scores without bias, divided by their sum if there are several, times {@code routed_scaling_factor}.
     *
     * @param config the model
     * @param scores {@code [X]}, sigmoid of the router
     * @param bias {@code [X]}
     * @return {@code [X]} weights, 0 for experts that were not chosen
     */
    static double[] weights(Llada2Config config, double[] scores, float[] bias) {
        int size = config.experts() / config.groups();
        Comparator<Integer> byJudgement =
                Comparator.comparingDouble((Integer e) -> -(scores[e] + bias[e]));
        List<Integer> groups = IntStream.range(0, config.groups())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer g) -> -IntStream.range(g * size, (g + 1) * size)
                        .boxed()
                        .sorted(byJudgement)
                        .limit(2)
                        .mapToDouble(e -> scores[e] + bias[e])
                        .sum()))
                .limit(config.keptGroups())
                .toList();
        List<Integer> chosen = groups.stream()
                .flatMap(g -> IntStream.range(g * size, (g + 1) * size).boxed())
                .sorted(byJudgement)
                .limit(config.expertsPerToken())
                .toList();
        double sum = chosen.stream().mapToDouble(e -> scores[e]).sum() + TINY;
        double[] weights = new double[scores.length];
        for (int e : chosen) {
            weights[e] = (chosen.size() > 1 ? scores[e] / sum : scores[e]) * config.routedScale();
        }
        return weights;
    }
}
