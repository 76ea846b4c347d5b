package io.maskflow.experiments.reference;

import io.maskflow.decoder.backbone.network.Transformer.Experts;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** Which experts a token goes to, in plain Java: the reference of the text's {@code route}. */
final class Routing {

    private static final double TINY = 1e-20;

    private Routing() {}

    /**
     * Group-limited routing: experts are judged by score plus bias; a group of consecutive experts is judged by its two best;
     * the best groups stay, and in them the best experts. Their weights are the scores without bias, divided by their sum
     * where the description says so and there are several, times the scale.
     *
     * @param experts the description
     * @param scores {@code [X]}, sigmoid or softmax of the router
     * @param bias {@code [X]}
     * @return {@code [X]} weights, 0 for experts that were not chosen
     */
    static double[] weights(Experts experts, double[] scores, float[] bias) {
        int size = experts.count() / experts.groups();
        Comparator<Integer> byJudgement = Comparator.comparingDouble((Integer e) -> -(scores[e] + bias[e]));
        List<Integer> groups = IntStream.range(0, experts.groups())
                .boxed()
                .sorted(Comparator.comparingDouble((Integer g) -> -IntStream.range(g * size, (g + 1) * size)
                        .boxed()
                        .sorted(byJudgement)
                        .limit(2)
                        .mapToDouble(e -> scores[e] + bias[e])
                        .sum()))
                .limit(experts.keptGroups())
                .toList();
        List<Integer> chosen = groups.stream()
                .flatMap(g -> IntStream.range(g * size, (g + 1) * size).boxed())
                .sorted(byJudgement)
                .limit(experts.perToken())
                .toList();
        double sum = chosen.stream().mapToDouble(e -> scores[e]).sum() + TINY;
        double[] weights = new double[scores.length];
        for (int e : chosen) {
            weights[e] = (experts.renormalised() && chosen.size() > 1 ? scores[e] / sum : scores[e]) * experts.scale();
        }
        return weights;
    }
}
