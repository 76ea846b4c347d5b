package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.tensor.SafetensorsFile;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Dream, LLaDA2 and MDLM against the published networks, tolerance 2e-4 on logits. */
class FamilyForwardGoldenTest {

    private static NetworkPredictor open(String model) {
        return Backbones.open(Golden.folder(model), BackboneOptions.standard());
    }

    private static void assertLogits(NetworkPredictor model, SafetensorsFile golden, String name, int block) {
        String embeds = name + ".inputs_embeds";
        float[] found = golden.names().contains(embeds)
                ? model.logitsOf(
                        golden.floats(embeds),
                        (int) golden.tensor(embeds).shape().get(0),
                        null,
                        block)
                : model.logits(Golden.ids(golden, name + ".input_ids"), null, block);
        assertThat(Golden.distance(found, golden.floats(name + ".logits"))).isLessThan(Golden.TOLERANCE);
    }

    @ParameterizedTest
    @CsvSource({
        "dream-tiny, ids_a, 0",
        "dream-tiny, ids_b, 0",
        "dream-tiny, embeds, 0",
        "llada2-tiny, full_a, 0",
        "llada2-tiny, blockcausal_a, 8",
        "llada2-tiny, blockcausal_b, 8",
        "llada2-tiny, embeds, 8",
        "mdlm-tiny, ids_a, 0",
        "mdlm-tiny, ids_b, 0",
        "mdlm-tiny, embeds, 0"
    })
    void logitsEqualThePublishedOnes(String name, String example, int block) {
        try (NetworkPredictor model = open(name)) {
            assertLogits(model, Golden.forward(name), example, block);
        }
    }

    @Test
    void dreamsPaddingIsInvisible() {
        SafetensorsFile golden = Golden.forward("dream-tiny");
        boolean[][] visible = Golden.visible(golden, "pad.attention_mask");
        try (NetworkPredictor model = open("dream-tiny")) {
            float[] found = model.logits(Golden.ids(golden, "pad.input_ids"), visible);
            float[] expected = golden.floats("pad.logits");
            int width = expected.length / visible.length / visible[0].length;
            for (int at = 0; at < visible.length * visible[0].length; at++) {
                if (visible[at / visible[0].length][at % visible[0].length]) {
                    assertThat(Golden.distance(
                                    Arrays.copyOfRange(found, at * width, (at + 1) * width),
                                    Arrays.copyOfRange(expected, at * width, (at + 1) * width)))
                            .isLessThan(Golden.TOLERANCE);
                }
            }
        }
    }

    /** After a block with experts as well: the routing chose the published experts with the published weights. */
    @ParameterizedTest
    @CsvSource({"dream-tiny, ids_b, 0", "llada2-tiny, blockcausal_b, 8"})
    void everyHiddenStateEqualsThePublishedOne(String name, String example, int block) {
        SafetensorsFile golden = Golden.forward(name);
        try (NetworkPredictor model = open(name)) {
            for (int layer = 0; layer <= model.layers(); layer++) {
                float[] hidden = model.hidden(Golden.ids(golden, example + ".input_ids"), layer, block);
                assertThat(Golden.distance(hidden, golden.floats("debug_b.hidden." + layer)))
                        .as("hidden state %d", layer)
                        .isLessThan(Golden.TOLERANCE);
            }
        }
    }

    /**
     * bfloat16 matrices: the logits (of deviation 2.4 to 5.2) move, and by no more than such rounding explains. A tie of
     * two experts may break the other way, so LLaDA2 is held to less.
     */
    @ParameterizedTest
    @CsvSource({"dream-tiny, ids_a, 0.1", "mdlm-tiny, ids_a, 0.1", "llada2-tiny, full_a, 0.5"})
    void bfloat16IsNearFloat32(String name, String example, double accepted) {
        SafetensorsFile golden = Golden.forward(name);
        try (NetworkPredictor model = Backbones.open(Golden.folder(name), BackboneOptions.bfloat16())) {
            float[] found = model.logits(Golden.ids(golden, example + ".input_ids"), null);
            float[] expected = golden.floats(example + ".logits");
            double squares = 0;
            for (int i = 0; i < found.length; i++) {
                squares += Math.pow(found[i] - expected[i], 2);
            }
            assertThat(Math.sqrt(squares / found.length)).isBetween(1e-3, accepted);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dream-tiny", "llada2-tiny", "mdlm-tiny"})
    void idsComeFromTheConfiguration(String name) {
        BackboneInfo info = Backbones.describe(Golden.folder(name));
        int mask = name.equals("dream-tiny") ? 310 : name.equals("llada2-tiny") ? 311 : 257;
        int end = name.equals("dream-tiny") ? 300 : name.equals("llada2-tiny") ? 308 : 256;
        assertThat(info.maskId()).isEqualTo(mask);
        assertThat(info.endIds()).containsExactly(end);
        assertThat(info.padId()).isEqualTo(end);
        assertThat(info.logitsPredictNext()).isEqualTo(name.equals("dream-tiny"));
        assertThat(info.attention().blockLength()).isEqualTo(name.equals("llada2-tiny") ? 32 : 0);
    }
}
