package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.evotoken.SoftToken;
import io.maskflow.decoder.evotoken.TokenStage;
import io.maskflow.decoder.softmask.FeedbackSchedule;
import io.maskflow.decoder.softmask.RawSoftMask;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/** The numbers of soft masks and soft tokens: {@code numerics/softmask} and {@code numerics/evotoken_embeddings}. */
final class FeedbackNumerics {

    /** The shares of a fed embedding are single precision. */
    private static final double SHARE = 1e-6;

    private FeedbackNumerics() {}

    static List<ConformanceGroup.CaseResult> softMask(JsonNode golden) {
        List<ConformanceGroup.CaseResult> results = new ArrayList<>();
        for (JsonNode one : golden.get("cases")) {
            results.add(mixture(golden, one));
        }
        for (JsonNode row : golden.get("time_dependent_multipliers")) {
            results.add(factors(row));
        }
        results.add(transforms(golden.get("reparameterisation")));
        return results;
    }

    private static ConformanceGroup.CaseResult mixture(JsonNode golden, JsonNode one) {
        Comparison c = new Comparison();
        int mask = golden.get("mask_id").intValue();
        int vocabulary = golden.get("vocab").intValue();
        int k = one.get("k").intValue();
        SoftMask soft = new SoftMask(
                one.get("omega_s").doubleValue(),
                one.get("omega_a").doubleValue(),
                one.get("omega_b").doubleValue(),
                k >= vocabulary ? 0 : k,
                1);
        double[][] embedding = rows(golden.get("embedding"));
        for (int i = 0; i < golden.get("input_ids").size(); i++) {
            double[] p = softmax(NumericsConformance.flat(golden.get("logits").get(i)));
            double negativeEntropy = Arrays.stream(p)
                    .filter(q -> q > 0)
                    .map(q -> q * Math.log(q))
                    .sum();
            NumericsConformance.close(c, "-H", one.get("neg_entropy").get(i), negativeEntropy);
            int id = golden.get("input_ids").get(i).intValue();
            double lambda = id == mask ? soft.lambda(negativeEntropy) : 0;
            NumericsConformance.close(c, "lambda", one.get("lambda").get(i), lambda);
            int[] top = best(p, Math.min(k, vocabulary));
            double[] pi = SoftMask.normalised(
                    Arrays.stream(top).mapToDouble(v -> p[v]).toArray());
            if (one.hasNonNull("topk_ids")) {
                c.same("top ids of " + i, ids(one.get("topk_ids").get(i)), ids(top));
                for (int r = 0; r < k; r++) {
                    NumericsConformance.close(c, "pi", one.get("pi").get(i).get(r), pi[r]);
                }
            }
            for (int e = 0; e < embedding[0].length; e++) {
                double far = 0;
                for (int r = 0; r < top.length; r++) {
                    far += pi[r] * embedding[top[r]][e];
                }
                double mixed = (1 - lambda) * embedding[id][e] + lambda * far;
                NumericsConformance.close(
                        c, "mixture", one.get("mixed_embedding").get(i).get(e), mixed);
            }
        }
        return c.result("omega_s " + soft.omegaS() + " k " + k);
    }

    private static ConformanceGroup.CaseResult factors(JsonNode row) {
        Comparison c = new Comparison();
        double t = row.get("t").doubleValue() / row.get("T").doubleValue();
        double threshold = row.get("t_prime").doubleValue() / row.get("T").doubleValue();
        for (FeedbackSchedule.Shape shape : FeedbackSchedule.Shape.values()) {
            JsonNode expected = row.get(shape.name().toLowerCase(java.util.Locale.ROOT));
            if (expected != null) {
                double factor = new FeedbackSchedule(shape, FeedbackSchedule.Clock.STEPS, threshold).factor(t);
                NumericsConformance.close(c, "factor", expected, factor);
            }
        }
        return c.result("t " + row.get("t") + " of " + row.get("T") + " t' " + row.get("t_prime"));
    }

    private static ConformanceGroup.CaseResult transforms(JsonNode golden) {
        Comparison c = new Comparison();
        JsonNode target = golden.get("target");
        JsonNode raw = golden.get("raw");
        SoftMask soft = new RawSoftMask(
                        raw.get("raw_scale").doubleValue(),
                        raw.get("raw_steep").doubleValue(),
                        raw.get("raw_centre_neg").doubleValue(),
                        0)
                .bounded(1);
        NumericsConformance.close(c, "omega_s", target.get("omega_s"), soft.omegaS());
        NumericsConformance.close(c, "omega_a", target.get("omega_a"), soft.omegaA());
        NumericsConformance.close(c, "omega_b", target.get("omega_b"), soft.omegaB());
        RawSoftMask back = RawSoftMask.of(new SoftMask(
                target.get("omega_s").doubleValue(),
                target.get("omega_a").doubleValue(),
                target.get("omega_b").doubleValue(),
                1,
                1));
        NumericsConformance.close(c, "raw scale", raw.get("raw_scale"), back.rawScale());
        NumericsConformance.close(c, "raw steep", raw.get("raw_steep"), back.rawSteep());
        NumericsConformance.close(c, "raw centre", raw.get("raw_centre_neg"), back.rawCentre());
        return c.result("reparameterisation");
    }

    static List<ConformanceGroup.CaseResult> evoToken(JsonNode golden) {
        List<ConformanceGroup.CaseResult> results = new ArrayList<>();
        double[][] embedding = rows(golden.get("embedding"));
        int mask = golden.get("mask_id").intValue();
        for (JsonNode one : golden.get("cases")) {
            Comparison c = new Comparison();
            int k = one.get("K").intValue();
            double alpha = one.get("alpha").doubleValue();
            for (int i = 0; i < golden.get("logits").size(); i++) {
                double[] z = NumericsConformance.flat(golden.get("logits").get(i));
                z[mask] = Double.NEGATIVE_INFINITY;
                double[] p = softmax(z);
                int[] top = best(p, k);
                c.same("top ids of " + i, ids(one.get("topk_ids").get(i)), ids(top));
                double[] probabilities =
                        Arrays.stream(top).mapToDouble(v -> p[v]).toArray();
                double[] pHat = SoftMask.normalised(probabilities);
                for (int r = 0; r < k; r++) {
                    NumericsConformance.close(
                            c, "p_hat", one.get("p_hat").get(i).get(r), pHat[r]);
                }
                JsonNode states = one.get("embedding_by_state");
                for (TokenStage stage : TokenStage.values()) {
                    SoftToken fed = SoftToken.of(stage, alpha, top, probabilities, top[0]);
                    double[] golden1 =
                            NumericsConformance.flat(states.get(nameOf(stage)).get(i));
                    for (int e = 0; e < golden1.length; e++) {
                        double ours = fed.maskShare() * embedding[mask][e];
                        for (int r = 0; r < fed.tokens().length; r++) {
                            ours += fed.shares()[r] * embedding[fed.tokens()[r]][e];
                        }
                        c.close("embedding", stage + " of " + i, golden1[e], ours, SHARE);
                    }
                }
            }
            results.add(c.result("K " + k + " alpha " + alpha));
        }
        return results;
    }

    private static String nameOf(TokenStage stage) {
        return switch (stage) {
            case MASK -> "MASK";
            case SOFT_WITH_MASK -> "SOFT_MASK_V";
            case SOFT -> "SOFT_V";
            case DECODED -> "DECODE_top1";
        };
    }

    private static double[][] rows(JsonNode matrix) {
        double[][] rows = new double[matrix.size()][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = NumericsConformance.flat(matrix.get(i));
        }
        return rows;
    }

    private static double[] softmax(double[] z) {
        double max = Arrays.stream(z).max().orElseThrow();
        double[] p = Arrays.stream(z).map(x -> Math.exp(x - max)).toArray();
        double sum = Arrays.stream(p).sum();
        return Arrays.stream(p).map(x -> x / sum).toArray();
    }

    private static int[] best(double[] p, int k) {
        return IntStream.range(0, p.length)
                .boxed()
                .sorted(Comparator.comparingDouble(v -> -p[v]))
                .limit(k)
                .mapToInt(v -> v)
                .toArray();
    }

    private static List<Integer> ids(JsonNode list) {
        return ids(Comparison.ints(list));
    }

    private static List<Integer> ids(int[] list) {
        return Arrays.stream(list).boxed().toList();
    }
}
