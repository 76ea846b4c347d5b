package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.dream.TransferAlgorithm;
import io.maskflow.decoder.random.PositionDraws;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * {@code decoders/dream_sample}: Dream's published sampler. Ids before every call, how many positions each step fills, the
 * final ids and the number of calls must be equal. Where {@code origin} has filled everything before its last step, the
 * published sampler goes on calling the model to no effect; those calls are left out.
 */
public final class DreamConformance extends SamplerConformance {

    /** With backbones opened from a folder. */
    public DreamConformance(Function<Path, MaskPredictor> backbones) {
        super("decoders/dream_sample", backbones);
    }

    private DreamConformance(String name, Function<Path, MaskPredictor> backbones) {
        super(name, backbones);
    }

    /** Open-dLLM's sampler: Dream's without padding, with a fifth algorithm. */
    public static DreamConformance openDllm(Function<Path, MaskPredictor> backbones) {
        return new DreamConformance("decoders/open_dllm_mdm_sample", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        String id = number + "-" + s.get("alg").textValue() + "-N" + s.get("max_new_tokens") + "-T" + s.get("steps");
        return List.of(compare(id, golden, backbone));
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        int mask = s.get("mask_token_id").intValue();
        int promptLength = golden.get("prompt_ids").get(0).size(); // batches have prompts of one length
        int length = s.get("max_new_tokens").intValue();
        DreamSettings settings = new DreamSettings(
                Comparison.choice(TransferAlgorithm.class, s.get("alg").textValue()),
                s.get("eps").doubleValue(),
                s.path("temperature").asDouble(0),
                s.path("top_p").asDouble(1),
                s.path("top_k").asInt(0),
                s.path("alg_temp").asDouble(0));
        PositionDraws draws = (key, step, position) ->
                draw(golden, step, (int) key.prompt(), promptLength + position, promptLength, mask);
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompt_ids")) {
            samples.add(new DecodeRequest.Sample(Comparison.ints(prompt), new SampleKey(0, 0, samples.size(), 0)));
        }
        int[][] x = new int[samples.size()][length];
        Arrays.stream(x).forEach(row -> Arrays.fill(row, mask));
        Comparison comparison = new Comparison();
        int[] filled = new int[s.get("steps").intValue()];
        DecodeRequest request =
                new DecodeRequest(samples, length, s.get("steps").intValue());
        List<DecodedResponse> responses = new DreamDecoder(settings, new DreamDecoder.Draws(draws, draws))
                .decode(backbone, request, step -> {
                    JsonNode before = golden.get("states").path(step.step()).path(step.row());
                    comparison.same(
                            "ids of row " + step.row() + " before step " + step.step(),
                            response(before, promptLength),
                            list(x[step.row()]));
                    filled[step.step()] += fill(x[step.row()], step, mask);
                });
        if (golden.has("transferred_per_step")) {
            comparison.same(
                    "positions filled per step",
                    list(Comparison.ints(golden.get("transferred_per_step"))),
                    list(filled));
        }
        comparison.same(
                "calls of the published run",
                golden.get("nfe").intValue(),
                golden.get("states").size());
        for (int row = 0; row < x.length; row++) {
            int of = row;
            comparison.same(
                    "ids of row " + row,
                    response(golden.get("final").get(row), promptLength),
                    list(responses.get(row).tokenIds()));
            long useful = IntStream.range(0, golden.get("states").size())
                    .filter(l -> response(golden.get("states").get(l).get(of), promptLength)
                            .contains(mask))
                    .count();
            comparison.same("model calls of row " + row, useful, (long)
                    responses.get(row).nfe());
        }
        return comparison.result(id);
    }

    /** The draws of a step are stored in row order, for the positions still masked before it. */
    private static double draw(JsonNode golden, int step, int row, int position, int promptLength, int mask) {
        int rank = 0;
        JsonNode state = golden.get("states").get(step);
        for (int r = 0; r <= row; r++) {
            int end = r < row ? state.get(r).size() : position;
            for (int i = promptLength; i < end; i++) {
                rank += state.get(r).get(i).intValue() == mask ? 1 : 0;
            }
        }
        JsonNode stored = golden.path(golden.has("random_draws") ? "random_draws" : "transfer_draws")
                .path(step);
        return stored.path(rank).asDouble(1);
    }

    private static int fill(int[] row, DecodingStep step, int mask) {
        int count = 0;
        for (int i = 0; i < row.length; i++) {
            if (step.filled()[i]) {
                row[i] = step.predicted()[i];
                count++;
            } else if (step.reEdited()[i]) {
                row[i] = mask;
            }
        }
        return count;
    }

    private static List<Integer> response(JsonNode sequence, int promptLength) {
        int[] ids = Comparison.ints(sequence);
        return list(Arrays.copyOfRange(ids, Math.min(promptLength, ids.length), ids.length));
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
