package io.maskflow.experiments.decoding;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.Exploration;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a fleet sends to another process arrives there as it was. */
class TravelTest {

    private static final BackboneChoice BUILTIN =
            BackboneChoice.of("builtin/aligned-unmasked-kl", "f32", (setting, name) -> Path.of(name));

    @SuppressWarnings("unchecked")
    private static <T> T sent(T thing) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(thing);
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            return (T) in.readObject();
        }
    }

    static Stream<String> decoders() {
        return Arrays.stream(
                        DecoderChoice.class.getAnnotation(JsonSubTypes.class).value())
                .map(JsonSubTypes.Type::name);
    }

    @ParameterizedTest
    @MethodSource("decoders")
    void everyDecoder(String type) throws Exception {
        DecoderChoice choice = ConfigFiles.option("decoder", "{ type: " + type + " }", DecoderChoice.class);
        choice = choice instanceof EqualNfeChoice equal
                ? equal.at(0.5)
                : choice instanceof CurveChoice curve ? curve.at(0.5) : choice;
        Decoder decoder = choice instanceof RuleChoice rules
                ? rules.decoder(BUILTIN)
                : new FlowDecoder(((FlowChoice) choice).settings(), row -> StepSizePolicy.Fractions.of(row.progress()));
        assertThat(sent(decoder))
                .hasSameClassAs(decoder)
                .usingRecursiveComparison()
                .isEqualTo(decoder);
    }

    @Test
    void aSampledPolicyDrawsTheSameThere() throws Exception {
        StepSizePolicy policy = BetaStepSizePolicy.sampled(
                PolicyNetwork.initial(PolicyShape.PAPER, 7), LatentStreams.KEYED, Exploration.defaults());
        StepSizePolicy.RowState row = new StepSizePolicy.RowState(
                new SampleKey(1, 2, 3, 4),
                5,
                12,
                0,
                new float[] {0.5f, 0.3f, 0.1f, 0.05f, 0.9f, 0.04f, 0.03f, 0.01f},
                new float[] {0.5f, 0.9f},
                new float[] {0.2f, 0.7f},
                new boolean[] {true, true});
        StepSizePolicy.Fractions here = policy.choose(row);
        StepSizePolicy.Fractions there = sent(policy).choose(row);
        assertThat(there.a()).isEqualTo(here.a());
        assertThat(there.latent()).isEqualTo(here.latent());
        assertThat(there.logProbability()).isEqualTo(here.logProbability());
    }

    @Test
    void aBaseModelTravelsByItsName() throws Exception {
        assertThat(sent(BUILTIN)).isEqualTo(BUILTIN);
        BackboneChoice adapted = new BackboneChoice(
                "some+low-rank?blockLength=8&tokenizer=words",
                Path.of("some").toAbsolutePath(),
                Optional.of(Path.of("low-rank").toAbsolutePath()),
                new BackboneOverrides("", "8", "", "words"),
                BUILTIN.options());
        assertThat(sent(adapted)).isEqualTo(adapted);
    }
}
