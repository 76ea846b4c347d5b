package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.dllm.DllmSampler;
import io.maskflow.decoder.dllm.DllmSettings;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.decoder.random.PositionDraws;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * {@code decoders/dllm_mdlm_sample} and {@code decoders/dllm_bd3lm_sample}: the ids of the current block before every call, the
 * number of calls and the final ids are equal; block-causal cases with the cache and without.
 */
public final class DllmConformance extends SamplerConformance {

    private final boolean blocks;

    private DllmConformance(String name, boolean blocks, Function<Path, MaskPredictor> backbones) {
        super("decoders/" + name, backbones);
        this.blocks = blocks;
    }

    /** The sampler for full attention. */
    public static DllmConformance mdlm(String name, Function<Path, MaskPredictor> backbones) {
        return new DllmConformance(name, false, backbones);
    }

    /** The sampler for block-causal attention. */
    public static DllmConformance bd3lm(Function<Path, MaskPredictor> backbones) {
        return new DllmConformance("dllm_bd3lm_sample", true, backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        String id = number + "-N" + s.get("max_new_tokens") + "-b" + s.get("block_size") + "-T" + s.get("steps");
        return blocks
                ? List.of(compare(id, golden, backbone, false), compare(id + "-cache", golden, backbone, true))
                : List.of(compare(id, golden, backbone, false));
    }

    private CaseResult compare(String id, JsonNode golden, MaskPredictor backbone, boolean cache) {
        JsonNode s = golden.get("settings");
        int block = s.get("block_size").intValue();
        int length = s.get("max_new_tokens").intValue();
        int mask = s.get("mask_id").intValue();
        int count = (length + block - 1) / block;
        int steps = s.path("steps_per_block").isNumber()
                ? s.get("steps_per_block").intValue() * count
                : s.get("steps").intValue();
        DllmSettings settings = new DllmSettings(
                blocks ? 0 : block,
                Comparison.choice(Remasking.class, s.get("remasking").textValue()),
                s.get("cfg_scale").doubleValue(),
                0,
                integers(s.path("suppress_tokens")),
                s.get("eos_id").intValue(),
                cache);
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompt_ids")) {
            samples.add(new DecodeRequest.Sample(Comparison.ints(prompt), new SampleKey(0, 0, samples.size(), 0)));
        }
        JsonNode stored = golden.path("random_confidence_draws");
        PositionDraws draws = (key, step, position) -> stored.get(step)
                .get((int) key.prompt())
                .get(samples.get((int) key.prompt()).promptIds().length + position)
                .doubleValue();
        List<JsonNode> calls = calls(golden, s.get("cfg_scale").doubleValue() > 0);
        int[][] x = new int[samples.size()][length];
        Arrays.stream(x).forEach(row -> Arrays.fill(row, mask));
        int[] made = new int[x.length];
        Comparison comparison = new Comparison();
        MaskPredictor ruled = blocks ? backbone.under(AttentionRule.blocksOfResponse(block)) : backbone;
        List<DecodedResponse> responses = new DllmSampler(settings, draws, draws)
                .decode(ruled, new DecodeRequest(samples, length, Math.max(steps, count)), step -> {
                    int row = step.row();
                    int size = step.predicted().length;
                    int[] fed = Comparison.ints(
                            calls.get(Math.min(made[row]++, calls.size() - 1)).get(row));
                    int at = blocks ? 0 : samples.get(row).promptIds().length + step.from();
                    comparison.same(
                            "block of row " + row + " before call " + made[row],
                            list(Arrays.copyOfRange(fed, at, at + size)),
                            list(Arrays.copyOfRange(x[row], step.from(), step.from() + size)));
                    for (int i = 0; i < size; i++) {
                        x[row][step.from() + i] = step.filled()[i] ? step.predicted()[i] : x[row][step.from() + i];
                    }
                });
        for (int row = 0; row < x.length; row++) {
            int[] whole = Comparison.ints(golden.get("final").get(row));
            int start = blocks ? prefix(golden, block) : samples.get(row).promptIds().length;
            int generated = Math.min(length, whole.length - start);
            comparison.same(
                    "ids of row " + row,
                    list(Arrays.copyOfRange(whole, start, start + generated)),
                    list(Arrays.copyOf(responses.get(row).tokenIds(), generated)));
        }
        int most = Arrays.stream(made).max().orElse(0);
        comparison.same("model calls", calls.size(), most);
        return comparison.result(id);
    }

    /** Positions of the prompts, padded to whole blocks. */
    private static int prefix(JsonNode golden, int block) {
        int longest = 0;
        for (JsonNode prompt : golden.get("prompt_ids")) {
            longest = Math.max(longest, prompt.size());
        }
        return (longest + block - 1) / block * block;
    }

    /** What was fed at each denoising step, of guided calls the conditional one. */
    private static List<JsonNode> calls(JsonNode golden, boolean guided) {
        List<JsonNode> calls = new ArrayList<>();
        if (golden.has("states")) {
            golden.get("states").forEach(calls::add);
            return calls;
        }
        boolean conditional = true;
        for (JsonNode call : golden.get("calls")) {
            if (call.get("kind").textValue().equals("block")) {
                if (!guided || conditional) {
                    calls.add(call.get("x"));
                }
                conditional = !conditional;
            }
        }
        return calls;
    }

    private static List<Integer> integers(JsonNode list) {
        return list(Comparison.ints(list));
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
