package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.tensor.SafetensorsFile;
import org.junit.jupiter.api.Test;

/** Both implementations against the published network, tolerance 2e-4 on logits. */
class LladaForwardGoldenTest {

    private static NetworkPredictor open(String model) {
        return Backbones.open(Golden.folder(model), BackboneOptions.standard());
    }

    @Test
    void logitsOfTokensEqualThePublishedOnes() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = open("llada-tiny")) {
            for (String name : new String[] {"ids_a", "ids_b"}) {
                float[] logits = model.logits(Golden.ids(golden, name + ".input_ids"), null);
                assertThat(Golden.distance(logits, golden.floats(name + ".logits")))
                        .isLessThan(Golden.TOLERANCE);
            }
        }
    }

    @Test
    void logitsOfMixedEmbeddingsEqualThePublishedOnes() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = open("llada-tiny")) {
            float[] logits = model.logitsOf(golden.floats("embeds.inputs_embeds"), 2, null);
            assertThat(Golden.distance(logits, golden.floats("embeds.logits"))).isLessThan(Golden.TOLERANCE);
        }
    }

    @Test
    void leftPaddingIsInvisible() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = open("llada-tiny")) {
            float[] logits =
                    model.logits(Golden.ids(golden, "pad.input_ids"), Golden.visible(golden, "pad.attention_mask"));
            assertThat(Golden.distance(logits, golden.floats("pad.logits"))).isLessThan(Golden.TOLERANCE);
        }
    }

    @Test
    void everyHiddenStateEqualsThePublishedOne() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = open("llada-tiny")) {
            for (int layer = 0; layer <= model.layers(); layer++) {
                float[] hidden = model.hidden(Golden.ids(golden, "ids_b.input_ids"), layer);
                assertThat(Golden.distance(hidden, golden.floats("debug_b.hidden." + layer)))
                        .as("hidden state %d", layer)
                        .isLessThan(Golden.TOLERANCE);
            }
        }
    }

    @Test
    void aShardedCheckpointIsTheSameModel() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = open("llada-tiny-sharded")) {
            float[] logits = model.logits(Golden.ids(golden, "ids_a.input_ids"), null);
            assertThat(Golden.distance(logits, golden.floats("ids_a.logits"))).isLessThan(Golden.TOLERANCE);
        }
    }

    @Test
    void bfloat16WeightsAreWidenedExactly() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = open("llada-tiny-bf16")) {
            float[] logits = model.logits(Golden.ids(golden, "ids_a.input_ids"), null);
            assertThat(Golden.distance(logits, golden.floats("bf16_weights.ids_a.logits")))
                    .isLessThan(Golden.TOLERANCE);
        }
    }

    /**
     * Weights are bfloat16 already, so only the arithmetic is rounded. The published network in bfloat16 (PyTorch, same
     * input) has a root mean square distance of 0.046 on these logits of deviation 5 and a largest one of 0.38. The lower
     * bound shows that bfloat16 was used at all.
     */
    @Test
    void bfloat16ComputationIsAsNearAsThePublishedNetworkIs() {
        SafetensorsFile golden = Golden.forward();
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny-bf16"), BackboneOptions.bfloat16())) {
            float[] logits = model.logits(Golden.ids(golden, "ids_a.input_ids"), null);
            float[] expected = golden.floats("bf16_weights.ids_a.logits");
            double squares = 0;
            for (int i = 0; i < logits.length; i++) {
                squares += Math.pow(logits[i] - expected[i], 2);
            }
            assertThat(Math.sqrt(squares / logits.length)).isBetween(1e-3, 0.046);
        }
    }
}
