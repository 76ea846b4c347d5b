package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.engine.NetworkDiagnostics;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.decoder.random.PositionDraws;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * {@code decoders/sdar_generate}: SDAR's block diffusion. The ids of the block before every denoising call, their number and the
 * final ids are equal. Published runs that drew tokens store them; the uniform number that draws each is found from the logits.
 */
public final class SdarConformance extends SamplerConformance {

    private static final double NEVER = 2;

    /** With backbones opened from a folder. */
    public SdarConformance(Function<Path, MaskPredictor> backbones) {
        super("decoders/sdar_generate", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        String id = number + "-" + s.get("remasking_strategy").textValue() + "-N" + s.get("gen_length") + "-b"
                + s.get("block_length") + "-" + s.get("sampling").textValue();
        return List.of(compare(id, golden, backbone, false), compare(id + "-cache", golden, backbone, true));
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone, boolean cache) {
        JsonNode s = golden.get("settings");
        int[] prompt = Comparison.ints(golden.get("prompt_ids").get(0));
        int block = s.get("block_length").intValue();
        String strategy = s.get("remasking_strategy").textValue();
        boolean stored = s.get("sampling").textValue().equals("stored");
        BlockSamplerSettings settings = new BlockSamplerSettings(
                0,
                strategy.endsWith("dynamic") ? s.get("confidence_threshold").doubleValue() : NEVER,
                false,
                s.path("stop_ids").isArray()
                        ? s.get("stop_ids").get(0).intValue()
                        : backbone.info().vocabularySize() - 1,
                cache,
                stored ? s.get("temperature").doubleValue() : 0,
                1,
                0,
                strategy.equals("sequential"));
        int length = s.get("gen_length").intValue();
        int blocks = BlockSchedule.aligned(prompt.length, length, block, Integer.MAX_VALUE / 2)
                .blocks();
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(prompt, new SampleKey(0, 0, 0, 0))),
                length,
                s.get("denoising_steps").intValue() * blocks);
        List<JsonNode> calls = new ArrayList<>();
        golden.get("calls").forEach(call -> {
            if (call.get("kind").textValue().equals("denoise")) {
                calls.add(call);
            }
        });
        int[] x = new int[prompt.length / block * block + blocks * block];
        Arrays.fill(x, s.get("mask_id").intValue());
        System.arraycopy(prompt, 0, x, 0, prompt.length);
        Comparison comparison = new Comparison();
        int[] made = {0};
        PositionDraws draws = (key, step, position) ->
                stored ? draw(golden, calls, made[0], x, prompt.length + position, block, backbone) : 0;
        DecodedResponse response = new BlockSampler(settings, draws)
                .decode(backbone.under(AttentionRule.blocksOfText(block)), request, step -> {
                    JsonNode call = calls.get(Math.min(made[0], calls.size() - 1));
                    int position = call.get("position").intValue();
                    int[] fed = Comparison.ints(call.get("x").get(0));
                    comparison.same(
                            "block before call " + made[0]++,
                            list(fed),
                            list(Arrays.copyOfRange(x, position, position + fed.length)));
                    for (int i = 0; i < step.filled().length; i++) {
                        if (step.filled()[i]) {
                            x[prompt.length + step.from() + i] = step.predicted()[i];
                        }
                    }
                })
                .get(0);
        int[] whole = Comparison.ints(golden.get("final").get(0));
        comparison.same("final ids", list(whole), list(Arrays.copyOf(x, whole.length)));
        comparison.same("denoising calls", calls.size(), response.nfe());
        return comparison.result(id);
    }

    /** A number in the middle of the stretch of the cumulative probability that draws the stored token. */
    private static double draw(
            JsonNode golden, List<JsonNode> calls, int call, int[] x, int position, int block, MaskPredictor backbone) {
        if (call >= calls.size()) {
            return 0;
        }
        int start = calls.get(call).get("position").intValue();
        if (position < start || position >= start + block) {
            return 0;
        }
        JsonNode sampled = golden.get("sampled_ids").get(call);
        int id = sampled.get(position - start).intValue();
        double temperature = golden.get("settings").get("temperature").doubleValue();
        float[] logits =
                ((NetworkDiagnostics) backbone).logits(new int[][] {Arrays.copyOf(x, start + block)}, null, block);
        int V = backbone.info().vocabularySize();
        int mask = golden.get("settings").get("mask_id").intValue();
        double[] p = new double[V];
        double sum = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int v = 0; v < V; v++) {
            highest = Math.max(highest, logits[position * V + v]);
        }
        for (int v = 0; v < V; v++) {
            p[v] = v == mask ? 0 : Math.exp((logits[position * V + v] - highest) / temperature);
            sum += p[v];
        }
        double before = 0;
        for (int v = 0; v < id; v++) {
            before += p[v];
        }
        return (before + p[id] / 2) / sum;
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
