package io.maskflow.decoder.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.PlainShaping;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Temperature, top-p, top-k and draws inside the engine, on the golden checkpoint, against plain doubles. */
class ShapingTest {

    private static final int LENGTH = 11;
    private static final int VOCABULARY = 320;

    static Stream<Shaping> shapings() {
        return Stream.of(
                Shaping.llada(0.7f),
                Shaping.llada(1.5f).never(17),
                Shaping.dream(0f, 0.9f, 0),
                Shaping.dream(0f, 1f, 3),
                Shaping.dream(0.2f, 0.9f, 5).never(3),
                Shaping.dream(1f, 1f, 0),
                Shaping.llada2(1.2f, 0.8f, 6),
                Shaping.remdm(1f, 0.9f),
                Shaping.remdm(1f, 1e-6f));
    }

    @ParameterizedTest
    @MethodSource("shapings")
    void statisticsAndDrawsEqualThoseOfPlainDoubles(Shaping shaping) {
        int[] prompt = new Random(1).ints(6, 0, 300).toArray();
        int[] response = new Random(2).ints(LENGTH, 0, 300).toArray();
        float[] u = new float[LENGTH];
        Random random = new Random(3);
        for (int i = 0; i < LENGTH; i++) {
            u[i] = i == 0 ? 0f : i == 1 ? Math.nextDown(1f) : random.nextFloat();
        }
        LogitRules rules = LogitRules.plain(4).withShaping(shaping).withDraws(u);
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession session = model.open(List.of(prompt), LENGTH)) {
            Tokens.set(session, response);
            Prediction p = session.predict(rules);
            int[] whole = Arrays.copyOf(prompt, 6 + LENGTH);
            System.arraycopy(response, 0, whole, 6, LENGTH);
            float[] logits = model.logits(new int[][] {whole}, null);
            for (int i = 0; i < LENGTH; i++) {
                double[] z = new double[VOCABULARY];
                for (int v = 0; v < VOCABULARY; v++) {
                    z[v] = logits[(6 + i) * VOCABULARY + v];
                }
                double[] judged = PlainShaping.probabilities(shaping.judged() ? PlainShaping.narrowed(z, shaping) : z);
                int best = 0;
                for (int v = 1; v < VOCABULARY; v++) {
                    best = judged[v] > judged[best] ? v : best;
                }
                int token = shaping.draws() ? PlainShaping.drawn(z, shaping, u[i]) : best;
                double entropy = -Arrays.stream(judged)
                        .filter(q -> q > 0)
                        .map(q -> q * Math.log(q))
                        .sum();
                assertThat(p.argmax()[i]).isEqualTo(token);
                assertThat((double) p.argmaxProbability()[i]).isCloseTo(judged[token], within(1e-4));
                assertThat(p.topId()[4 * i]).isEqualTo(best);
                assertThat((double) p.topProbability()[4 * i]).isCloseTo(judged[best], within(1e-4));
                assertThat((double) p.entropy()[i]).isCloseTo(entropy, within(2e-4));
            }
        }
    }

    @Test
    void copiesOfOnePromptDrawEachForThemselves() {
        int[] prompt = {1, 2, 3};
        float[] u = new float[8 * LENGTH];
        for (int j = 0; j < u.length; j++) {
            u[j] = (j / LENGTH + 0.5f) / 8;
        }
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession session =
                        model.open(List.of(prompt, prompt, prompt, prompt, prompt, prompt, prompt, prompt), LENGTH)) {
            Prediction p = session.predict(
                    LogitRules.plain(1).withShaping(Shaping.llada(5f)).withDraws(u));
            for (int row = 1; row < 8; row++) {
                // larger uniform numbers give larger ids
                assertThat(p.argmax()[row * LENGTH]).isGreaterThan(p.argmax()[(row - 1) * LENGTH]);
            }
        }
    }

    @Test
    void shapesOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> Shaping.dream(-1f, 1f, 0)).hasMessage("temperature must be at least 0, was -1.0");
        assertThatThrownBy(() -> Shaping.dream(0f, 0f, 0)).hasMessage("topP must lie in (0, 1], was 0.0");
        assertThatThrownBy(() -> Shaping.dream(0f, 1f, -2))
                .hasMessage("topK must be at least 1, or 0 for all tokens, was -2");
    }
}
