package io.maskflow.experiments.conformance;

import io.maskflow.decoder.backbone.BackboneOptions;
import io.maskflow.decoder.backbone.BackboneOptions.Implementation;
import io.maskflow.decoder.backbone.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.Backbones;
import io.maskflow.decoder.backbone.NetworkPredictor;
import io.maskflow.decoder.tensor.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * Logits and hidden states of the LLaDA network, script and eager, against the golden ones: from ids, from embeddings,
 * with left padding, from shards, from bfloat16 weights widened to float32. Tolerance 2e-4.
 */
public final class ForwardConformance implements ConformanceGroup {

    private static final float TOLERANCE = 2e-4f;
    private static final String MODEL = "llada-tiny";

    @Override
    public String name() {
        return "forward/" + MODEL;
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve("forward").resolve(MODEL + ".safetensors");
        Path models = fixtures.resolve("models");
        List<CaseResult> results = new ArrayList<>();
        if (!Files.exists(file)) {
            return results;
        }
        SafetensorsFile golden = SafetensorsFile.open(file);
        for (Implementation implementation : Implementation.values()) {
            String suffix = "." + implementation.name().toLowerCase(Locale.ROOT);
            runModel(models.resolve(MODEL), implementation, results, model -> single(golden, model, suffix));
            runModel(
                    models.resolve(MODEL + "-sharded"),
                    implementation,
                    results,
                    model -> List.of(ids(golden, model, "sharded" + suffix, "ids_a.input_ids", "ids_a.logits")));
            runModel(
                    models.resolve(MODEL + "-bf16"),
                    implementation,
                    results,
                    model -> List.of(ids(
                            golden, model, "bf16_weights" + suffix, "ids_a.input_ids", "bf16_weights.ids_a.logits")));
        }
        return results;
    }

    private static void runModel(
            Path folder,
            Implementation implementation,
            List<CaseResult> results,
            Function<NetworkPredictor, List<CaseResult>> cases) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (NetworkPredictor model =
                Backbones.open(folder, new BackboneOptions(Precision.F32, "cpu", implementation))) {
            results.addAll(cases.apply(model));
        } catch (IllegalArgumentException refused) {
            results.add(new CaseResult(
                    folder.getFileName() + "." + implementation.name().toLowerCase(Locale.ROOT),
                    false,
                    refused.getMessage()));
        }
    }

    private static List<CaseResult> single(SafetensorsFile golden, NetworkPredictor model, String suffix) {
        List<CaseResult> results = new ArrayList<>();
        results.add(ids(golden, model, "ids_a" + suffix, "ids_a.input_ids", "ids_a.logits"));
        results.add(ids(golden, model, "ids_b" + suffix, "ids_b.input_ids", "ids_b.logits"));
        int rows = (int) golden.tensor("embeds.inputs_embeds").shape().get(0);
        results.add(compare(
                "embeds" + suffix,
                model.logitsOf(golden.floats("embeds.inputs_embeds"), rows, null),
                golden.floats("embeds.logits")));
        int[][] mask = rows(golden, "pad.attention_mask");
        boolean[][] visible = new boolean[mask.length][mask[0].length];
        for (int row = 0; row < mask.length; row++) {
            for (int i = 0; i < mask[row].length; i++) {
                visible[row][i] = mask[row][i] != 0;
            }
        }
        results.add(compare(
                "pad" + suffix, model.logits(rows(golden, "pad.input_ids"), visible), golden.floats("pad.logits")));
        for (int layer = 0; layer <= model.layers(); layer++) {
            results.add(compare(
                    "debug_b.hidden." + layer + suffix,
                    model.hidden(rows(golden, "ids_b.input_ids"), layer),
                    golden.floats("debug_b.hidden." + layer)));
        }
        return results;
    }

    private static CaseResult ids(
            SafetensorsFile golden, NetworkPredictor model, String name, String ids, String logits) {
        return compare(name, model.logits(rows(golden, ids), null), golden.floats(logits));
    }

    private static CaseResult compare(String name, float[] found, float[] expected) {
        if (found.length != expected.length) {
            return new CaseResult(name, false, found.length + " values, expected " + expected.length);
        }
        float most = 0;
        for (int i = 0; i < found.length; i++) {
            float difference = Math.abs(found[i] - expected[i]);
            if (!(difference <= most)) {
                most = difference;
            }
        }
        return new CaseResult(
                name,
                most <= TOLERANCE,
                String.format(Locale.ROOT, "largest difference %.2e, accepted %.0e", most, TOLERANCE));
    }

    private static int[][] rows(SafetensorsFile file, String name) {
        long[] flat = file.longs(name);
        int rows = (int) file.tensor(name).shape().get(0);
        int length = flat.length / rows;
        int[][] ids = new int[rows][length];
        for (int i = 0; i < flat.length; i++) {
            ids[i / length][i % length] = Math.toIntExact(flat[i]);
        }
        return ids;
    }
}
