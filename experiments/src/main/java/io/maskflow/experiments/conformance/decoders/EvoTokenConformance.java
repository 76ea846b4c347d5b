package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.evotoken.EvoTokenDecoder;
import io.maskflow.decoder.evotoken.EvoTokenSettings;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * {@code decoders/evotoken}: the published sampler at temperature 0. Ids before every call, the final ids and the number of
 * calls must be equal; the shares of the embeddings fed to every call lie within 1e-3.
 */
public final class EvoTokenConformance extends SamplerConformance {

    private static final double SHARE = 1e-3;

    /** With backbones opened from a folder. */
    public EvoTokenConformance(Function<Path, MaskPredictor> backbones) {
        super("decoders/evotoken", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        String id = number + "-k" + s.get("k_soft") + "-alpha" + s.get("alpha_soft_mask") + "-b" + s.get("block_length")
                + "-T" + s.get("steps")
                + (s.path("threshold").isNumber() ? "-threshold" + s.get("threshold") : "");
        return List.of(compare(id, golden, backbone));
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        EvoTokenSettings settings = new EvoTokenSettings(
                s.get("k_soft").intValue(),
                s.get("alpha_soft_mask").doubleValue(),
                s.get("block_length").intValue(),
                s.path("threshold").asDouble(0),
                Comparison.choice(Remasking.class, s.get("remasking").asText()));
        int mask = s.get("mask_id").intValue();
        int length = s.get("gen_length").intValue();
        Comparison comparison = new Comparison();
        comparison.same("mask token", mask, backbone.info().maskId());
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompt_ids")) {
            samples.add(new DecodeRequest.Sample(Comparison.ints(prompt), new SampleKey(0, 0, samples.size(), 0)));
        }
        int promptLength = golden.get("prompt_len").intValue();
        int rows = samples.size();
        int[][] x = new int[rows][length];
        Arrays.stream(x).forEach(row -> Arrays.fill(row, mask));
        int[] calls = new int[rows];
        RecordingBackbone recording = new RecordingBackbone(backbone);
        DecodeRequest request =
                new DecodeRequest(samples, length, s.get("steps").intValue());
        List<DecodedResponse> responses = new EvoTokenDecoder(settings).decode(recording, request, step -> {
            int row = step.row();
            for (int i = 0; i < step.filled().length; i++) {
                if (step.filled()[i]) {
                    x[row][step.from() + i] = step.predicted()[i];
                }
            }
            JsonNode next = golden.get("calls").path(++calls[row]);
            if (next.isMissingNode()) {
                return;
            }
            comparison.same(
                    "ids before call " + calls[row],
                    list(response(rowOf(next.get("x"), row, rows), promptLength)),
                    list(x[row]));
            for (int i = 0; i < length; i++) {
                compareShares(
                        comparison,
                        "at position " + i + " before call " + calls[row],
                        golden(next, row, rows, promptLength + i),
                        fed(recording.lastBlend(), row * length + i, mask));
            }
        });
        for (int row = 0; row < rows; row++) {
            comparison.same(
                    "final ids of row " + row,
                    list(response(golden.get("final").get(row), promptLength)),
                    list(responses.get(row).tokenIds()));
            comparison.same(
                    "model calls",
                    golden.get("nfe").intValue(),
                    responses.get(row).nfe());
        }
        return comparison.result(id);
    }

    /** Per-row values of a batch; of a single row they stand without the batch dimension. */
    private static JsonNode rowOf(JsonNode values, int row, int rows) {
        return rows == 1 && values.get(0).isNumber() ? values : values.get(row);
    }

    private static Map<Integer, Double> golden(JsonNode call, int row, int rows, int position) {
        JsonNode tokens = call.get("soft_token");
        boolean batch = tokens.get(0).get(0).isArray();
        JsonNode ids = (batch ? tokens.get(row) : tokens).get(position);
        JsonNode shares = (batch ? call.get("prob").get(row) : call.get("prob")).get(position);
        Map<Integer, Double> byToken = new TreeMap<>();
        for (int c = 0; c < ids.size(); c++) {
            byToken.merge(ids.get(c).intValue(), shares.get(c).doubleValue(), Double::sum);
        }
        return byToken;
    }

    private static Map<Integer, Double> fed(RecordingBackbone.Blend blend, int position, int mask) {
        Map<Integer, Double> byToken = new TreeMap<>(Map.of(mask, (double) blend.toMask()[position]));
        for (int c = 0; c < blend.k(); c++) {
            int at = position * blend.k() + c;
            byToken.merge(blend.token()[at], (double) blend.toToken()[at], Double::sum);
        }
        return byToken;
    }

    private static void compareShares(
            Comparison comparison, String where, Map<Integer, Double> expected, Map<Integer, Double> actual) {
        TreeSet<Integer> tokens = new TreeSet<>(expected.keySet());
        tokens.addAll(actual.keySet());
        for (int token : tokens) {
            comparison.close(
                    "share",
                    "of token " + token + " " + where,
                    expected.getOrDefault(token, 0.0),
                    actual.getOrDefault(token, 0.0),
                    SHARE);
        }
    }

    private static int[] response(JsonNode sequence, int promptLength) {
        int[] ids = Comparison.ints(sequence);
        return Arrays.copyOfRange(ids, promptLength, ids.length);
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
