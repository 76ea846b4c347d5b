package io.maskflow.experiments.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.flow.CommitRule;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.ReadOut;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyFeature;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.distribution.LogScaleAction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The Python decoder of an exported folder gives what the Java decoder gives. Skipped, by name, without a Python with torch. */
class ExportTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PROMPTS = 20;
    private static final int LENGTH = 16;
    private static final int STEPS = 8;
    private static final double PRICE = 0.25;

    @TempDir
    Path folder;

    private static Path golden(String model) {
        return Path.of("../flow-decoder/src/test/resources/golden", model)
                .toAbsolutePath()
                .normalize();
    }

    /** Every feature that there is, price and memory included; weights large enough that actions differ. */
    private static PolicyNetwork everyFeature() {
        PolicyState state = PolicyState.named(
                Arrays.stream(PolicyFeature.values()).map(PolicyFeature::label).toList());
        PolicyShape shape =
                new PolicyShape(state, 16, 0.02, 0.99, 2, 50, LogScaleAction.PAPER, new PriceRange(0.05, 1));
        double[] weights = PolicyNetwork.initial(shape, 3).parameters();
        for (int i = 0; i < weights.length; i++) {
            weights[i] = (float) (4 * weights[i]);
        }
        return new PolicyNetwork(shape, weights);
    }

    /** The switches, each on somewhere. */
    private static Map<String, FlowSettings> flows() {
        FlowSettings plain = FlowSettings.defaults();
        Map<String, FlowSettings> flows = new LinkedHashMap<>();
        flows.put("plain", plain);
        flows.put("arrival", plain.withArrival(0.6).withCommit(CommitRule.SURE, 0.2));
        flows.put("arrived", plain.withArrival(0.9).withCommit(CommitRule.ARRIVED, 0.5));
        flows.put("blocks", plain.withBlockLength(6).withInterpolation(Interpolation.SLERP));
        flows.put("heaviest", plain.withHardCommitment(false).withReadOut(ReadOut.HEAVIEST_TOKEN));
        flows.put("norm", plain.withInterpolation(Interpolation.NORM).withReEditAfterUpdate(true));
        flows.put("revisable", plain.withCommittedFinal(false).withCommitSeesOldProgress(true));
        flows.put("synchronous", plain.withSynchronous(true).withReEditing(false));
        return flows;
    }

    @ParameterizedTest
    @ValueSource(strings = {"llada-tiny", "dream-tiny"})
    void pythonGivesTheSameTokensAndCalls(String name) throws IOException {
        String python = PythonWith.modules("THE EXPORTED DECODER", "torch", "safetensors");
        PolicyNetwork policy = everyFeature();
        List<Map<String, Object>> cases = new ArrayList<>();
        try (NetworkPredictor model = Backbones.open(golden(name), BackboneOptions.standard())) {
            List<int[]> prompts = new ArrayList<>();
            for (int p = 0; p < PROMPTS; p++) {
                prompts.add(new Random(p).ints(9, 0, 290).toArray());
            }
            flows().forEach((label, flow) -> {
                Path to = folder.resolve(label);
                ExportFolder.write(
                        to, new Exported(policy, name, model.info(), flow, LENGTH, new DecodingBudget(1, 2)), "");
                List<DecodeRequest.Sample> samples = new ArrayList<>();
                prompts.forEach(prompt -> samples.add(new DecodeRequest.Sample(prompt, new SampleKey(0, 0, 0, 0))));
                List<DecodedResponse> responses = new FlowDecoder(
                                flow,
                                BetaStepSizePolicy.expected(policy.rounded()).at(PRICE))
                        .decode(model, new DecodeRequest(samples, LENGTH, STEPS), DecodingObserver.NONE);
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("folder", to.toString());
                one.put("prompts", prompts);
                one.put("length", LENGTH);
                one.put("steps", STEPS);
                one.put("price", PRICE);
                one.put(
                        "tokens",
                        responses.stream().map(DecodedResponse::tokenIds).toList());
                one.put("nfe", responses.stream().map(DecodedResponse::nfe).toList());
                cases.add(one);
            });
        }
        Path asked = folder.resolve("cases.json");
        JSON.writeValue(asked.toFile(), Map.of("model", golden(name).toString(), "cases", cases));
        String said =
                PythonWith.run(1800, python, PythonWith.script("conformance.py").toString(), asked.toString());
        int all = PROMPTS * flows().size();
        // The two engines sum in different orders. At prompt 10 of norm the two surest open positions of steps 5 and 6
        // have
        // confidences 1.3e-6 and 2.1e-6 apart, less than float32 logits of size 13 settle: which is committed is a tie.
        // Known by its place, so that any other difference is a failure.
        String nearTie = "norm prompt 10 ";
        boolean known = name.equals("dream-tiny") && said.contains(nearTie);
        assertThat(said).startsWith("exit 0").contains((known ? all - 1 : all) + " of " + all + " the same");
    }

    private Path exported() {
        try (NetworkPredictor model = Backbones.open(golden("llada-tiny"), BackboneOptions.standard())) {
            PolicyShape shape =
                    new PolicyShape(PolicyState.PAPER, 8, 0.05, 0.95, 2, 50, LogScaleAction.PAPER, PriceRange.NONE);
            Exported exported = new Exported(
                    PolicyNetwork.initial(shape, 1),
                    "llada-tiny",
                    model.info(),
                    FlowSettings.defaults(),
                    LENGTH,
                    new DecodingBudget(1, 2));
            ExportFolder.write(folder.resolve("out"), exported, ExportReadme.of(exported, "none", Optional.empty()));
            return folder.resolve("out");
        }
    }

    @Test
    void transformersTakesTheFolder() throws IOException {
        String python = PythonWith.modules("THE EXPORT IN TRANSFORMERS", "torch", "safetensors", "transformers");
        assertThat(PythonWith.run(
                        1800,
                        python,
                        PythonWith.script("through_transformers.py").toString(),
                        exported().toString(),
                        golden("llada-tiny").toString()))
                .startsWith("exit 0")
                .contains("agrees");
    }

    @Test
    void theAdaptersFitTheInterfacesThatTheyWereWrittenFor() throws IOException {
        String python = PythonWith.modules("THE ADAPTERS", "torch", "safetensors");
        assertThat(PythonWith.run(
                        1800,
                        python,
                        PythonWith.script("adapters.py").toString(),
                        exported().toString(),
                        golden("llada-tiny").toString()))
                .startsWith("exit 0")
                .contains("adapters agree");
    }

    @Test
    void theFolderIsWholeAndNotWrittenTwice() throws IOException {
        Path out = exported();
        assertThat(Files.readString(out.resolve("README.md"))).contains("custom_generate=", "llada-tiny");
        assertThat(JSON.readTree(out.resolve("maskflow.json").toFile())
                        .at("/flow/commit")
                        .asText())
                .isEqualTo("one");
        assertThat(out.resolve("custom_generate/generate.py")).exists();
        assertThatThrownBy(this::exported)
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("empty folder");
    }
}
