package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.dream.TransferAlgorithm;
import io.maskflow.decoder.softmask.FeedbackSchedule;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.decoder.softmask.SoftMaskingDecoder;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * {@code decoders/dream_softmask}: Dream's published sampler with published soft masking. Ids before every call, the
 * positions filled per step and the final ids must be equal; the share of everything but the mask embedding in what is fed
 * next lies within 1e-3.
 */
public final class DreamSoftMaskConformance extends SamplerConformance {

    private static final double SHARE = 1e-3;

    /** With backbones opened from a folder. */
    public DreamSoftMaskConformance(Function<Path, MaskPredictor> backbones) {
        super("decoders/dream_softmask", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        JsonNode soft = s.get("softmasking");
        String id = number + "-" + s.get("alg").textValue() + "-T" + s.get("steps") + "-"
                + soft.get("sm_alg").textValue() + "-" + soft.get("sm_schedule").textValue();
        return List.of(compare(id, golden, backbone));
    }

    private static SoftMask softMask(JsonNode s) {
        boolean whole = s.get("sm_alg").textValue().endsWith("temp");
        return new SoftMask(
                s.get("scale").doubleValue(),
                s.get("steepness").doubleValue(),
                s.get("offset").doubleValue(),
                whole ? 0 : s.get("mixinputs_k").intValue(),
                whole ? s.get("mixinputs_temp").doubleValue() : 1);
    }

    private static FeedbackSchedule schedule(String name) {
        return new FeedbackSchedule(
                switch (name) {
                    case "none" -> FeedbackSchedule.Shape.NONE;
                    case "linear" -> FeedbackSchedule.Shape.SM_TO_BINARY_LINEAR;
                    case "stepwise" -> FeedbackSchedule.Shape.SM_TO_BINARY_STEP;
                    default ->
                        throw new IllegalArgumentException("sm_schedule must be none, linear or stepwise, was " + name);
                },
                FeedbackSchedule.Clock.MASKED,
                0.5);
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        JsonNode soft = s.get("softmasking");
        int mask = s.get("mask_token_id").intValue();
        int promptLength = golden.get("prompt_len").intValue();
        int length = s.get("max_new_tokens").intValue();
        int steps = s.get("steps").intValue();
        DreamDecoder dream = new DreamDecoder(new DreamSettings(
                Comparison.choice(TransferAlgorithm.class, s.get("alg").textValue()),
                s.get("eps").doubleValue(),
                s.path("temperature").asDouble(0),
                s.path("top_p").asDouble(1),
                s.path("top_k").asInt(0),
                s.path("alg_temp").asDouble(0)));
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompt_ids")) {
            samples.add(new DecodeRequest.Sample(Comparison.ints(prompt), new SampleKey(0, 0, samples.size(), 0)));
        }
        int[][] x = new int[samples.size()][length];
        Arrays.stream(x).forEach(row -> Arrays.fill(row, mask));
        int[] filled = new int[steps];
        Comparison comparison = new Comparison();
        RecordingBackbone recording = new RecordingBackbone(backbone);
        SoftMaskingDecoder decoder = new SoftMaskingDecoder(
                dream, softMask(soft), schedule(soft.get("sm_schedule").textValue()), true);
        List<DecodedResponse> responses = decoder.decode(recording, new DecodeRequest(samples, length, steps), step -> {
            int row = step.row();
            JsonNode before = golden.get("states").path(step.step()).path(row);
            comparison.same("ids before step " + step.step(), response(before, promptLength), list(x[row]));
            for (int i = 0; i < length; i++) {
                if (step.filled()[i]) {
                    x[row][i] = step.predicted()[i];
                    filled[step.step()]++;
                }
            }
            JsonNode shares = golden.get("non_mask_weight_per_step").get(step.step());
            JsonNode ofRow = shares.get(0).isArray() ? shares.get(row) : shares;
            for (int i = 0; i < length; i++) {
                boolean masked = x[row][i] == mask;
                comparison.close(
                        "share",
                        "at position " + i + " after step " + step.step(),
                        ofRow.get(promptLength + i).doubleValue(),
                        masked ? 1 - recording.lastBlend().toMask()[row * length + i] : 1,
                        SHARE);
            }
        });
        comparison.same(
                "positions filled per step", list(Comparison.ints(golden.get("transferred_per_step"))), list(filled));
        for (int row = 0; row < x.length; row++) {
            comparison.same(
                    "ids of row " + row,
                    response(golden.get("final").get(row), promptLength),
                    list(responses.get(row).tokenIds()));
        }
        return comparison.result(id);
    }

    private static List<Integer> response(JsonNode sequence, int promptLength) {
        int[] ids = Comparison.ints(sequence);
        return list(Arrays.copyOfRange(ids, Math.min(promptLength, ids.length), ids.length));
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
