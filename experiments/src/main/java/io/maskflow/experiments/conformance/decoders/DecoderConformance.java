package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.decoder.maskprediction.BlockCache;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import io.maskflow.decoder.random.PositionDraws;
import io.maskflow.experiments.conformance.Comparison;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * {@code decoders/llada_generate} and {@code decoders/fast_dllm}: runs of the published samplers at temperature 0. Token ids
 * before every call, the final ids and the number of calls must be equal.
 */
public final class DecoderConformance extends SamplerConformance {

    private DecoderConformance(String name, Function<Path, MaskPredictor> backbones) {
        super(name, backbones);
    }

    /** LLaDA's generate. */
    public static DecoderConformance lladaGenerate(Function<Path, MaskPredictor> backbones) {
        return new DecoderConformance("decoders/llada_generate", backbones);
    }

    /** LLaDA-MoE's generate, which is LLaDA's. */
    public static DecoderConformance lladaMoeGenerate(Function<Path, MaskPredictor> backbones) {
        return new DecoderConformance("decoders/llada_moe_generate", backbones);
    }

    /** Fast-dLLM's confidence-parallel decoding without and with its caches. */
    public static DecoderConformance fastDllm(Function<Path, MaskPredictor> backbones) {
        return new DecoderConformance("decoders/fast_dllm", backbones);
    }

    @Override
    List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone) {
        return List.of(compare(caseName(number, golden), golden, backbone));
    }

    /** Cases have no name of their own: their number and what sets them apart. */
    private static String caseName(int number, JsonNode golden) {
        JsonNode s = golden.get("settings");
        StringBuilder id = new StringBuilder(number + "-" + s.get("decoder").asText() + "-"
                + s.get("remasking").asText() + "-b" + s.get("block_length").asText() + "-T"
                + s.get("steps").asText());
        if (s.path("threshold").isNumber()) {
            id.append("-threshold").append(s.get("threshold").asText());
        }
        if (s.path("cfg_scale").asDouble() > 0) {
            id.append("-cfg").append(s.get("cfg_scale").asText());
        }
        if (s.path("logits_eos_inf").asBoolean()) {
            id.append("-logits_eos_inf");
        }
        if (s.path("confidence_eos_eot_inf").asBoolean()) {
            id.append("-confidence_eos_eot_inf");
        }
        return id.append(golden.get("prompt_ids").size() > 1 ? "-batch" : "").toString();
    }

    private static CaseResult compare(String id, JsonNode golden, MaskPredictor backbone) {
        JsonNode s = golden.get("settings");
        MaskPredictionSettings settings = MaskPredictionSettings.defaults()
                .withRemasking(
                        Comparison.choice(Remasking.class, s.get("remasking").asText()))
                .withThreshold(s.path("threshold").asDouble(0))
                .withBlocks(
                        s.get("block_length").intValue(), cache(s.get("decoder").asText()))
                .withCfgScale(s.path("cfg_scale").asDouble(0))
                .withEndTokens(
                        s.path("logits_eos_inf").asBoolean(),
                        s.path("confidence_eos_eot_inf").asBoolean(),
                        s.path("eos_id").asInt(-1),
                        s.path("eot_id").asInt(-1))
                .withExtraCall(true);
        int promptLength =
                golden.get("final").get(0).size() - s.get("gen_length").intValue(); // with its padding
        JsonNode stored = golden.path("random_confidence_draws");
        PositionDraws draws = (key, step, position) -> stored.get(step)
                .get((int) key.prompt())
                .get(promptLength + position)
                .doubleValue();

        int length = s.get("gen_length").intValue();
        DecodeRequest request =
                new DecodeRequest(samples(golden), length, s.get("steps").intValue());
        int[][] x = new int[request.samples().size()][length];
        Arrays.stream(x).forEach(row -> Arrays.fill(row, s.get("mask_id").intValue()));
        Comparison comparison = new Comparison();
        int[] calls = new int[x.length];
        MaskPredictionDecoder decoder =
                new MaskPredictionDecoder(settings, new MaskPredictionDecoder.Draws(draws, draws));
        List<DecodedResponse> responses = decoder.decode(backbone, request, step -> {
            compareFed(comparison, golden, calls[step.row()]++, step, x[step.row()]);
            fill(x[step.row()], step);
        });
        for (int row = 0; row < x.length; row++) {
            JsonNode ids = golden.get("final").get(row);
            comparison.same(
                    "ids of row " + row,
                    response(ids, promptLength),
                    list(responses.get(row).tokenIds()));
            comparison.same(
                    "model calls of row " + row,
                    golden.get("nfe").intValue(),
                    responses.get(row).nfe());
        }
        return comparison.result(id);
    }

    private static BlockCache cache(String decoder) {
        return decoder.endsWith("prefix_cache")
                ? BlockCache.PREFIX
                : decoder.endsWith("dual_cache") ? BlockCache.DUAL : BlockCache.NONE;
    }

    private static List<DecodeRequest.Sample> samples(JsonNode golden) {
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (JsonNode prompt : golden.get("prompt_ids")) {
            int[] ids = Comparison.ints(prompt);
            int padding = 0;
            while (golden.has("attention_mask")
                    && golden.get("attention_mask").get(samples.size()).size() == ids.length // else it is not padded
                    && golden.get("attention_mask")
                                    .get(samples.size())
                                    .get(padding)
                                    .intValue()
                            == 0) {
                padding++;
            }
            SampleKey key = new SampleKey(0, 0, samples.size(), 0);
            samples.add(new DecodeRequest.Sample(Arrays.copyOfRange(ids, padding, ids.length), key));
        }
        return samples;
    }

    /** What was fed: everything, everything from the block on, or the block. */
    private static void compareFed(Comparison comparison, JsonNode golden, int call, DecodingStep step, int[] now) {
        boolean whole = golden.has("states");
        JsonNode stored =
                whole ? golden.get("states").path(call) : golden.get("calls").path(call);
        JsonNode fed = (whole ? stored : stored.path("x")).path(step.row());
        JsonNode prompt = golden.get("prompt_ids").get(step.row());
        List<Integer> sequence = new ArrayList<>();
        for (int i = sequenceLength(golden) - prompt.size() - now.length; i > 0; i--) {
            sequence.add(fed.path(sequence.size()).intValue()); // padding
        }
        sequence.addAll(list(Comparison.ints(prompt)));
        sequence.addAll(list(now));
        int from = sequence.size() - fed.size();
        if (stored.path("kind").asText().equals("dual")) {
            from = prompt.size() + step.from();
        }
        comparison.same(
                "ids fed of row " + step.row() + " at call " + call,
                list(Comparison.ints(fed)),
                sequence.subList(from, Math.min(sequence.size(), from + fed.size())));
    }

    private static int sequenceLength(JsonNode golden) {
        return golden.get("final").get(0).size();
    }

    private static void fill(int[] row, DecodingStep step) {
        for (int i = 0; i < step.filled().length; i++) {
            if (step.filled()[i]) {
                row[step.from() + i] = step.predicted()[i];
            }
        }
    }

    private static List<Integer> response(JsonNode sequence, int promptLength) {
        int[] ids = Comparison.ints(sequence);
        return list(Arrays.copyOfRange(ids, Math.min(promptLength, ids.length), ids.length));
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
