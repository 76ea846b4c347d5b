package io.maskflow.decoder;

import io.maskflow.decoder.backbone.Shaping;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** {@link Shaping} in plain doubles: the other road, which the engine's is held against. */
public final class PlainShaping {

    private PlainShaping() {}

    /** Logits with {@code -inf} where a token is left out. */
    public static double[] narrowed(double[] z, Shaping shaping) {
        double temperature = shaping.temperature() > 0 ? shaping.temperature() : 1;
        double[] r = Arrays.stream(z).map(logit -> logit / temperature).toArray();
        if (shaping.topKFirst()) {
            mostProbable(r, shaping.topK());
            nucleus(r, shaping);
        } else {
            nucleus(r, shaping);
            mostProbable(r, shaping.topK());
        }
        return r;
    }

    private static Integer[] byLogit(double[] z) {
        Integer[] order = IntStream.range(0, z.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble((Integer v) -> -z[v]));
        return order;
    }

    private static void mostProbable(double[] z, int k) {
        Integer[] order = byLogit(z);
        for (int rank = k; k > 0 && rank < z.length; rank++) {
            z[order[rank]] = Double.NEGATIVE_INFINITY;
        }
    }

    private static void nucleus(double[] z, Shaping shaping) {
        double[] p = probabilities(z);
        double before = 0;
        boolean first = true;
        for (int v : byLogit(z)) {
            double after = before + p[v];
            if (!first && (shaping.crossing() ? before : after) > shaping.topP() && shaping.topP() < 1) {
                z[v] = Double.NEGATIVE_INFINITY;
            }
            first = false;
            before = after;
        }
    }

    /** The token at which the cumulative probability first exceeds {@code u}. */
    public static int drawn(double[] z, Shaping shaping, double u) {
        double[] drawable = z.clone();
        if (shaping.never() >= 0) {
            drawable[shaping.never()] = Double.NEGATIVE_INFINITY;
        }
        double[] p = probabilities(narrowed(drawable, shaping));
        double sum = 0;
        int last = -1;
        for (int v = 0; v < p.length; v++) {
            sum += p[v];
            last = p[v] > 0 ? v : last;
            if (sum > u) {
                return v;
            }
        }
        return last;
    }

    /** Softmax. */
    public static double[] probabilities(double[] z) {
        double max = Arrays.stream(z).max().orElseThrow();
        double[] p = Arrays.stream(z).map(logit -> Math.exp(logit - max)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(e -> e / sum).toArray();
    }
}
