package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.ConstantStepSize;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.tensor.SafetensorsFile;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.distribution.LogScaleAction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * {@code flow/trajectories}: whole x-prediction-flow decodings, step by step, against a float64 reference.
 *
 * <p>Discrete fields must be equal; {@code a, t, confidence, features} within 2e-4, states within 1e-3. What the fixtures'
 * page gives no tolerance for (kappa, log densities) is held to 2e-4 of its size.
 */
public final class FlowConformance implements ConformanceGroup {

    private static final double CLOSE = 2e-4;
    private static final double STATE = 1e-3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Function<Path, MaskPredictor> backbones;

    /**
     * Over a way to open a model folder.
     *
     * @param backbones opens a folder in Hugging Face layout; what it returns is closed here
     */
    public FlowConformance(Function<Path, MaskPredictor> backbones) {
        this.backbones = backbones;
    }

    @Override
    public String name() {
        return "flow/trajectories";
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve("flow/trajectories.json");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<CaseResult> results = new ArrayList<>();
        Map<String, MaskPredictor> opened = new TreeMap<>();
        try {
            JsonNode root = JSON.readTree(file.toFile());
            PolicyNetwork network = policy(fixtures.resolve("flow/policy.safetensors"), root.get("policy"));
            SafetensorsFile finalStates = SafetensorsFile.open(fixtures.resolve("flow/final_states.safetensors"));
            for (JsonNode golden : root.get("cases")) {
                String model = golden.get("model").asText();
                MaskPredictor backbone = opened.computeIfAbsent(
                        model, m -> backbones.apply(fixtures.resolve("models").resolve(m)));
                MaskPredictor ruled = backbone.under(attention(golden.get("switches")));
                results.add(compare(golden, root, network, new RecordingBackbone(ruled), finalStates));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } finally {
            opened.values().forEach(MaskPredictor::close);
        }
        return results;
    }

    private static AttentionRule attention(JsonNode switches) {
        return switches.get("later_blocks_fed").booleanValue()
                ? AttentionRule.FULL
                : AttentionRule.blocksOfText(switches.get("block").intValue());
    }

    private static PolicyNetwork policy(Path file, JsonNode given) throws IOException {
        double muMin = given.get("mu_floor").doubleValue();
        PolicyShape shape = new PolicyShape(
                PolicyState.PAPER,
                given.get("hidden").intValue(),
                muMin,
                muMin + given.get("mu_range").doubleValue(),
                given.get("kappa_min").doubleValue(),
                given.get("kappa_max").doubleValue(),
                new LogScaleAction(
                        given.get("a_min").doubleValue(), given.get("a_max").doubleValue()));
        return PolicyFile.read(file, shape);
    }

    private static FlowSettings settings(JsonNode switches, JsonNode root) {
        return FlowSettings.defaults()
                .with(draft -> draft.reEditing(switches.get("reedit").booleanValue())
                        .hardCommitment(switches.get("commit").booleanValue())
                        .committedFinal(switches.get("committed_final").booleanValue())
                        .reEditAfterUpdate(switches.get("reedit_after_update").booleanValue())
                        .commitSeesOldProgress(switches.get("commit_sees_old_t").booleanValue())
                        .blockLength(switches.get("block").asInt(0))
                        .laterBlocksFed(switches.get("later_blocks_fed").booleanValue())
                        .reEditMargin(root.get("reedit_margin").doubleValue())
                        .commitBelow(root.get("commit_below").doubleValue()));
    }

    private static StepSizePolicy stepSize(JsonNode golden, PolicyNetwork network) {
        JsonNode switches = golden.get("switches");
        if (!switches.get("fixed_a").isNull()) {
            return new ConstantStepSize(switches.get("fixed_a").doubleValue());
        }
        return switches.get("sampled").booleanValue()
                ? new GivenLatents(network, golden.get("y_draws"))
                : BetaStepSizePolicy.expected(network);
    }

    private static CaseResult compare(
            JsonNode golden,
            JsonNode root,
            PolicyNetwork network,
            RecordingBackbone backbone,
            SafetensorsFile finalStates) {
        Comparison comparison = new Comparison();
        String id = golden.get("id").asText();
        JsonNode steps = golden.get("steps");
        int embedding = backbone.info().embeddingSize();
        int[] seen = {0};
        FlowDecoder decoder = new FlowDecoder(settings(golden.get("switches"), root), stepSize(golden, network));
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(Comparison.ints(golden.get("prompt_ids")), new SampleKey(0, 0, 0, 0))),
                golden.get("response_length").intValue(),
                golden.get("total_steps").intValue());
        DecodedResponse response = decoder.decode(backbone, request, step -> {
                    if (seen[0] < steps.size()) {
                        compareStep(comparison, steps.get(seen[0]), step, network);
                        compareNorms(comparison, steps.get(seen[0]), step, backbone.states(), embedding);
                    }
                    seen[0]++;
                })
                .get(0);
        comparison.same("steps seen", steps.size(), seen[0]);
        comparison.same("model calls", golden.get("nfe").intValue(), response.nfe());
        comparison.same("final ids", list(Comparison.ints(golden.get("final_ids"))), list(response.tokenIds()));
        floats(comparison, "t_final", "", golden.get("t_final"), response.finalProgress(), CLOSE);
        float[] states = backbone.finalStates();
        float[] expected = finalStates.floats(id);
        comparison.same("size of the final states", expected.length, states.length);
        for (int j = 0; j < Math.min(expected.length, states.length); j++) {
            comparison.close("state", "at position " + j / embedding, expected[j], states[j], STATE);
        }
        return comparison.result(id);
    }

    private static void compareStep(Comparison comparison, JsonNode golden, DecodingStep step, PolicyNetwork network) {
        String at = "at step " + step.step();
        comparison.same("step index", golden.get("step").intValue(), step.step());
        int committed = golden.get("committed_index").intValue();
        comparison.same("committed " + at, committed < 0 ? List.of() : List.of(committed), list(step.committed()));
        floats(comparison, "t_before", at, golden.get("t_before"), step.progressBefore(), CLOSE);
        floats(comparison, "t_after", at, golden.get("t_after"), step.progressAfter(), CLOSE);
        floats(comparison, "confidence", at, golden.get("confidence"), step.confidence(), CLOSE);
        int width = step.features().length / step.predicted().length;
        double[] mu = new double[step.predicted().length];
        double[] kappa = new double[step.predicted().length];
        if (width > 0) {
            network.heads(step.features(), mu.length, mu, kappa);
        }
        for (int i = 0; i < step.predicted().length; i++) {
            String place = at + ", position " + (step.from() + i);
            comparison.same("active " + place, golden.get("active").get(i).booleanValue(), step.active()[i]);
            comparison.same("re-edited " + place, golden.get("reedited").get(i).booleanValue(), step.reEdited()[i]);
            if (!step.active()[i]) {
                continue;
            }
            comparison.same("argmax " + place, golden.get("argmax").get(i).intValue(), step.predicted()[i]);
            comparison.close("a", place, Comparison.number(golden.get("a").get(i)), step.fraction()[i], CLOSE);
            for (int f = 0; f < width; f++) {
                double feature = golden.get("features").get(i).get(f).doubleValue();
                comparison.close("feature", f + " " + place, feature, step.features()[i * width + f], CLOSE);
            }
            if (width > 0) {
                comparison.close("mu", place, golden.get("mu").get(i).doubleValue(), mu[i], CLOSE);
                sized(comparison, "kappa", place, golden.get("kappa").get(i).doubleValue(), kappa[i]);
            }
            if (step.logProbability().length > 0) {
                double logProbability = golden.get("log_prob_y").get(i).doubleValue();
                sized(comparison, "log density", place, logProbability, step.logProbability()[i]);
            }
        }
    }

    private static void compareNorms(
            Comparison comparison, JsonNode golden, DecodingStep step, float[] states, int embedding) {
        for (int i = 0; i < step.predicted().length; i++) {
            double squares = 0;
            for (int e = 0; e < embedding; e++) {
                double x = states[(step.from() + i) * embedding + e];
                squares += x * x;
            }
            double norm = golden.get("state_norm").get(i).doubleValue();
            comparison.close(
                    "state norm", "at step " + step.step() + ", position " + i, norm, Math.sqrt(squares), STATE);
        }
    }

    private static void sized(Comparison comparison, String kind, String place, double expected, double actual) {
        double size = Math.max(1, Math.abs(expected));
        comparison.close(kind + " (of its size)", place, expected / size, actual / size, CLOSE);
    }

    private static void floats(
            Comparison comparison, String kind, String place, JsonNode expected, float[] actual, double tolerance) {
        comparison.same("length of " + kind + " " + place, expected.size(), actual.length);
        for (int i = 0; i < Math.min(expected.size(), actual.length); i++) {
            comparison.close(kind, place + ", position " + i, Comparison.number(expected.get(i)), actual[i], tolerance);
        }
    }

    private static List<Integer> list(int[] ids) {
        return Arrays.stream(ids).boxed().toList();
    }
}
