package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.alignment.GradientProbe;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.experiments.conformance.JsonGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Training losses with gradients, {@code alignment/losses.json}: x-prediction in both gradient conventions and three
 * reductions, masked cross-entropy, the MDLM loss. Losses within relative 1e-5, gradient norms within relative 1e-4,
 * single gradient entries within 1e-3 of {@code 0.01 + |value|}, in float32.
 */
public final class AlignmentConformance extends JsonGroup {

    private static final double LOSS = 1e-5;
    private static final double NORM = 1e-4;
    private static final double ENTRY = 1e-3;

    /** For the command line. */
    public AlignmentConformance() {
        super("alignment/losses");
    }

    @Override
    protected List<CaseResult> run(JsonNode golden, Path fixtures) {
        List<CaseResult> results = new ArrayList<>();
        golden.fields().forEachRemaining(entry -> {
            try {
                family(results, entry.getKey(), entry.getValue(), fixtures);
            } catch (RuntimeException broken) {
                results.add(new CaseResult(entry.getKey(), false, broken.toString()));
            }
        });
        return results;
    }

    private static void family(List<CaseResult> results, String name, JsonNode model, Path fixtures) {
        Path folder = fixtures.resolve("models").resolve(model.get("model").textValue());
        TrainingBatch batch = batch(model);
        JsonNode expected = model.get("results");
        for (XPredictionLoss.Gradient gradient : XPredictionLoss.Gradient.values()) {
            try (TrainableBackbone backbone = TrainableBackbone.load(folder, Precision.F32, gradient)) {
                xPrediction(results, name, expected, batch, backbone, gradient);
                if (gradient == XPredictionLoss.Gradient.CODEBOOK_DETACHED) {
                    crossEntropies(results, name, expected, batch, backbone);
                    softMasks(results, name, expected, batch, backbone);
                }
            }
        }
    }

    private static void xPrediction(
            List<CaseResult> results,
            String model,
            JsonNode all,
            TrainingBatch batch,
            TrainableBackbone backbone,
            XPredictionLoss.Gradient gradient) {
        String key = gradient == XPredictionLoss.Gradient.FULL ? "xpred.full_gradient" : "xpred.codebook_detached";
        JsonNode expected = all.get(key);
        for (XPredictionLoss.Reduction reduction : XPredictionLoss.Reduction.values()) {
            float[] weights =
                    XPredictionLoss.weights(batch, XPredictionLoss.Positions.ALL, reduction, backbone.embeddingSize());
            GradientProbe.Result found = GradientProbe.xPrediction(backbone, batch, weights);
            String field = reduction.name().toLowerCase(Locale.ROOT);
            Differences comparison = new Differences();
            comparison.loss(expected.get("loss").get(field).doubleValue(), found.loss());
            if (field.equals(expected.get("gradients_of").textValue())) {
                comparison.gradients(expected.get("gradients"), found.gradients());
                comparison.positions(expected.get("per_position_squared_norm"), found.squaredNorm());
                double E = backbone.embeddingSize();
                comparison.loss(expected.get("mse_masked").doubleValue(), mean(batch, found.squaredNorm(), true) / E);
                comparison.loss(
                        expected.get("mse_unmasked").doubleValue(), mean(batch, found.squaredNorm(), false) / E);
            }
            results.add(comparison.result(model + "/" + key + "." + field));
        }
    }

    private static void crossEntropies(
            List<CaseResult> results, String model, JsonNode all, TrainingBatch batch, TrainableBackbone backbone) {
        float[] mean = MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED, Set.of(), 1);
        GradientProbe.Result found = GradientProbe.maskedCrossEntropy(backbone, batch, mean);
        Differences masked = new Differences();
        masked.loss(all.get("ce_masked_mean").doubleValue(), found.loss());
        results.add(masked.result(model + "/ce_masked_mean"));

        JsonNode mdlm = all.get("mdlm");
        for (MaskedCrossEntropy.Reduction reduction :
                List.of(MaskedCrossEntropy.Reduction.MDLM, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN)) {
            boolean perToken = reduction == MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN;
            String field = perToken ? "normalised_by_response_length" : "mean_over_batch_of_sum";
            found = GradientProbe.maskedCrossEntropy(
                    backbone, batch, MaskedCrossEntropy.weights(batch, reduction, Set.of(), 1));
            Differences comparison = new Differences();
            comparison.loss(mdlm.get("loss").get(field).doubleValue(), found.loss());
            if (field.equals(mdlm.get("gradients_of").textValue())) {
                comparison.gradients(mdlm.get("gradients"), found.gradients());
            }
            results.add(comparison.result(model + "/mdlm." + field));
        }
    }

    private static void softMasks(
            List<CaseResult> results, String model, JsonNode all, TrainingBatch batch, TrainableBackbone backbone) {
        float[] weights = MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MDLM_PER_TOKEN, Set.of(), 1);
        all.fields().forEachRemaining(entry -> {
            if (entry.getKey().startsWith("softmask")) {
                JsonNode expected = entry.getValue();
                JsonNode omega = expected.get("omega");
                SoftMask soft = new SoftMask(
                        omega.get("s").doubleValue(),
                        omega.get("a").doubleValue(),
                        omega.get("b").doubleValue(),
                        expected.get("k").intValue(),
                        1);
                GradientProbe.Result found = GradientProbe.softMasking(backbone, batch, weights, soft);
                Differences comparison = new Differences();
                comparison.loss(
                        expected.get("loss_normalised_by_response_length").doubleValue(), found.loss());
                comparison.positions(expected.get("lambda_response"), found.squaredNorm());
                for (String name : List.of("scale", "steep", "centre")) {
                    String key = name.equals("centre") ? "grad_raw_centre_neg" : "grad_raw_" + name;
                    comparison.entry(
                            expected.get(key).doubleValue(), found.gradients().get("soft_masking.raw_" + name)[0]);
                }
                comparison.gradients(expected.get("gradients"), found.gradients());
                results.add(comparison.result(model + "/" + entry.getKey()));
            }
        });
    }

    private static TrainingBatch batch(JsonNode model) {
        int prompt = model.get("prompt_len").intValue();
        int N = model.get("response_len").intValue();
        int B = model.get("token_ids").size();
        int[][] input = new int[B][prompt + N];
        boolean[][] visible = new boolean[B][prompt + N];
        int[][] target = new int[B][N];
        boolean[][] masked = new boolean[B][N];
        double[] sigma = new double[B];
        for (int b = 0; b < B; b++) {
            sigma[b] = model.get("sigma").get(b).doubleValue();
            for (int j = 0; j < prompt + N; j++) {
                input[b][j] = model.get("input_ids").get(b).get(j).intValue();
                visible[b][j] = true;
                if (j >= prompt) {
                    target[b][j - prompt] = model.get("token_ids").get(b).get(j).intValue();
                    masked[b][j - prompt] = model.get("masked").get(b).get(j).booleanValue();
                }
            }
        }
        return new TrainingBatch(input, visible, target, masked, sigma);
    }

    private static double mean(TrainingBatch batch, float[] values, boolean masked) {
        double sum = 0;
        int count = 0;
        int N = batch.responseLength();
        for (int j = 0; j < values.length; j++) {
            if (batch.masked()[j / N][j % N] == masked) {
                sum += values[j];
                count++;
            }
        }
        return sum / count;
    }

    /** Collects the largest differences of one case, each divided by its tolerance. */
    private static final class Differences {
        private double lossDifference;
        private double normDifference;
        private double entryDifference;

        void loss(double expected, double found) {
            lossDifference = worse(lossDifference, Math.abs(found - expected) / Math.abs(expected));
        }

        void positions(JsonNode rows, float[] found) {
            int N = rows.get(0).size();
            for (int j = 0; j < found.length; j++) {
                double expected = rows.get(j / N).get(j % N).doubleValue();
                entryDifference = worse(entryDifference, Math.abs(found[j] - expected) / (0.01 + Math.abs(expected)));
            }
        }

        void entry(double expected, double found) {
            entryDifference = worse(entryDifference, Math.abs(found - expected) / (0.01 + Math.abs(expected)));
        }

        void gradients(JsonNode expected, Map<String, float[]> found) {
            expected.fields().forEachRemaining(entry -> {
                float[] gradient = found.get(entry.getKey());
                double squares = 0;
                for (float value : gradient) {
                    squares += (double) value * value;
                }
                double norm = entry.getValue().get("norm").doubleValue();
                normDifference = worse(normDifference, Math.abs(Math.sqrt(squares) - norm) / norm);
                JsonNode first = entry.getValue().get("first");
                for (int i = 0; i < first.size(); i++) {
                    double value = first.get(i).doubleValue();
                    entryDifference = worse(entryDifference, Math.abs(gradient[i] - value) / (0.01 + Math.abs(value)));
                }
            });
        }

        CaseResult result(String name) {
            boolean passed = lossDifference <= LOSS && normDifference <= NORM && entryDifference <= ENTRY;
            return new CaseResult(
                    name,
                    passed,
                    String.format(
                            Locale.ROOT,
                            "loss off by %.1e (at most %.0e), gradient norms %.1e (%.0e), entries %.1e (%.0e)",
                            lossDifference,
                            LOSS,
                            normDifference,
                            NORM,
                            entryDifference,
                            ENTRY));
        }

        /** NaN counts as the worst. */
        private static double worse(double a, double b) {
            return Double.isNaN(b) ? Double.POSITIVE_INFINITY : Math.max(a, b);
        }
    }
}
