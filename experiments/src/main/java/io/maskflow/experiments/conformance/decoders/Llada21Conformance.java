package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.llada21.EditingSampler;
import io.maskflow.decoder.llada21.EditingSettings;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** {@code decoders/llada21_generate}: ids before every call, edits, calls and final ids are equal, with and without the cache. */
public final class Llada21Conformance extends SamplerConformance {

    /** More steps for a block than any case makes: the budget is no limit here. */
    private static final int STEPS_PER_BLOCK = 1000;

    /** With backbones opened from a folder. */
    public Llada21Conformance(Function<Path, MaskPredictor> backbones) {
        super("decoders/llada21_generate", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        String id = number + "-N" + s.get("gen_length") + "-threshold" + s.get("threshold") + "-edit"
                + s.get("editing_threshold");
        return List.of(compare(id, golden, backbone, false), compare(id + "-cache", golden, backbone, true));
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone, boolean cache) {
        JsonNode s = golden.get("settings");
        int[] prompt = Comparison.ints(golden.get("prompt_ids").get(0));
        int block = s.get("block_length").intValue();
        int length = s.get("gen_length").intValue();
        EditingSettings settings = new EditingSettings(
                s.get("threshold").doubleValue(),
                s.get("editing_threshold").doubleValue(),
                s.get("max_post_steps").intValue(),
                s.get("num_to_transfer").intValue(),
                s.get("eos_early_stop").booleanValue(),
                s.get("eos_id").intValue(),
                cache);
        int blocks = BlockSchedule.aligned(prompt.length, length, block, STEPS_PER_BLOCK)
                .blocks();
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(prompt, new SampleKey(0, 0, 0, 0))), length, blocks * STEPS_PER_BLOCK);
        int[] x = new int[prompt.length + blocks * block];
        Arrays.fill(x, s.get("mask_id").intValue());
        System.arraycopy(prompt, 0, x, 0, prompt.length);
        Comparison comparison = new Comparison();
        int[] seen = {0, 0}; // calls, edits
        DecodedResponse response = new EditingSampler(settings)
                .decode(backbone.under(AttentionRule.blocksOfText(block)), request, step -> {
                    int[] fed =
                            Comparison.ints(golden.get("calls").path(seen[0]).path(0));
                    comparison.same("ids before call " + seen[0]++, list(fed), list(Arrays.copyOf(x, fed.length)));
                    for (int i = 0; i < step.filled().length; i++) {
                        if (step.filled()[i]) {
                            x[prompt.length + step.from() + i] = step.predicted()[i];
                            seen[1] += step.active()[i] ? 0 : 1;
                        }
                    }
                })
                .get(0);
        int[] whole = Comparison.ints(golden.get("final").get(0));
        comparison.same("final ids", list(whole), list(Arrays.copyOf(x, whole.length)));
        comparison.same("edits", golden.get("edits").intValue(), seen[1]);
        comparison.same("model calls", golden.get("nfe").intValue(), response.nfe());
        return comparison.result(id);
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
