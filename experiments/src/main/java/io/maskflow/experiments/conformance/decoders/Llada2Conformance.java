package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.llada2.BlockSampler;
import io.maskflow.decoder.llada2.BlockSamplerSettings;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * {@code decoders/llada2_generate}: LLaDA2's published block sampler, with keys and values of finished blocks kept and
 * without. Ids before every call, the ids up to the first end token and the number of calls must be equal.
 */
public final class Llada2Conformance extends SamplerConformance {

    /** With backbones opened from a folder. */
    public Llada2Conformance(Function<Path, MaskPredictor> backbones) {
        super("decoders/llada2_generate", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        String id = number + "-N" + s.get("gen_length") + "-b" + s.get("block_length") + "-T" + s.get("steps")
                + "-threshold" + s.get("threshold");
        return List.of(compare(id, golden, backbone, false), compare(id + "-cache", golden, backbone, true));
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone, boolean cache) {
        JsonNode s = golden.get("settings");
        int[] prompt = Comparison.ints(golden.get("prompt_ids").get(0));
        int length = s.get("gen_length").intValue();
        int block = s.get("block_length").intValue();
        int eos = s.get("eos_id").intValue();
        BlockSamplerSettings settings = new BlockSamplerSettings(
                block,
                s.get("threshold").doubleValue(),
                s.get("eos_early_stop").booleanValue(),
                eos,
                cache,
                s.path("temperature").asDouble(0),
                s.path("top_p").asDouble(1),
                s.path("top_k").asInt(0),
                false);
        // the published steps are those of a block, capped so that each has at least minimal_topk positions to fill
        int perBlock = Math.min(
                s.get("steps").intValue(), length / s.path("minimal_topk").asInt(1));
        int blocks = BlockSchedule.aligned(prompt.length, length, block, Integer.MAX_VALUE / 2)
                .blocks();
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(prompt, new SampleKey(0, 0, 0, 0))), length, perBlock * blocks);

        int[] x = new int[prompt.length + blocks * block];
        Arrays.fill(x, s.get("mask_id").intValue());
        System.arraycopy(prompt, 0, x, 0, prompt.length);
        Comparison comparison = new Comparison();
        int[] calls = {0};
        DecodedResponse response = new BlockSampler(settings)
                .decode(backbone.under(AttentionRule.blocksOfText(block)), request, step -> {
                    int[] fed =
                            Comparison.ints(golden.get("calls").path(calls[0]).path(0));
                    comparison.same("ids before call " + calls[0]++, list(fed), list(Arrays.copyOf(x, fed.length)));
                    fill(x, prompt.length, step);
                })
                .get(0);
        int[] expected = Comparison.ints(golden.get("returned_ids").get(0));
        int[] whole = Comparison.ints(golden.get("final").get(0));
        comparison.same("ids", list(expected), list(cut(response.tokenIds(), eos)));
        comparison.same(
                "final ids",
                list(whole),
                list(concatenation(prompt, Arrays.copyOf(response.tokenIds(), whole.length - prompt.length))));
        comparison.same("model calls", golden.get("nfe").intValue(), response.nfe());
        return comparison.result(id);
    }

    private static void fill(int[] x, int promptLength, DecodingStep step) {
        for (int i = 0; i < step.filled().length; i++) {
            if (step.filled()[i]) {
                x[promptLength + step.from() + i] = step.predicted()[i];
            }
        }
    }

    /** Up to the first end token, that included. */
    private static int[] cut(int[] ids, int eos) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] == eos) {
                return Arrays.copyOf(ids, i + 1);
            }
        }
        return ids;
    }

    private static int[] concatenation(int[] head, int[] tail) {
        int[] all = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, all, head.length, tail.length);
        return all;
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
