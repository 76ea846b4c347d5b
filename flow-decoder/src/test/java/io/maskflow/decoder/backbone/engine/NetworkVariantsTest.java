package io.maskflow.decoder.backbone.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the golden checkpoint does not have: a tied head, shifted logits, a vocabulary in pieces. */
class NetworkVariantsTest {

    private static final int MASK = 312;

    @TempDir
    Path folder;

    private void randomModel(Map<String, String> changes) throws IOException {
        ObjectMapper json = new ObjectMapper();
        ObjectNode config = (ObjectNode)
                json.readTree(Golden.folder("llada-tiny").resolve("config.json").toFile());
        for (Map.Entry<String, String> change : changes.entrySet()) {
            config.set(change.getKey(), json.readTree(change.getValue()));
        }
        json.writeValue(folder.resolve("config.json").toFile(), config);
        Random random = new Random(1);
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        Backbones.design(folder).weights().shapes().forEach((name, shape) -> {
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * (shape.dimension() == 1 ? 1f : 0.1f);
            }
            writer.floats(name, values, shape.getShape());
        });
        writer.write(folder.resolve("model.safetensors"));
    }

    private static final int[][] IDS = {{1, 5, 9, 200, 3, 300, 12}, {7, 8, 9, 10, 11, 12, 13}};

    @Test
    void aTiedHeadIsTheEmbedding() throws IOException {
        randomModel(Map.of("weight_tying", "true"));
        try (NetworkPredictor model = Backbones.open(folder, BackboneOptions.standard())) {
            int width = model.info().embeddingSize();
            float[] hidden = model.hidden(IDS, model.layers());
            float[] embedding = model.embeddings(new int[][] {{42}});
            double logit = 0;
            for (int j = 0; j < width; j++) {
                logit += hidden[j] * embedding[j];
            }
            assertThat((double) model.logits(IDS, null)[42]).isCloseTo(logit, within(1e-4));
        }
    }

    @Test
    void aVocabularyInPiecesGivesTheSameStatistics() {
        LogitRules rules = new LogitRules(List.of(MASK), List.of(300), 0.5f, 3);
        List<int[]> prompts = List.of(new int[] {1, 2, 3}, new int[] {4, 5});
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession whole = model.open(prompts, 9);
                DecodingSession pieces = model.open(prompts, 9, AttentionRule.FULL, 4 * 320)) {
            Prediction a = whole.predict(rules);
            Prediction b = pieces.predict(rules);
            assertThat(b.argmax()).isEqualTo(a.argmax());
            assertThat(b.entropy()).containsExactly(a.entropy(), within(1e-4f));
            assertThat(b.topProbability()).containsExactly(a.topProbability(), within(1e-5f));
        }
    }

    /** Logits of position i are for i + 1: response position i reads sequence position P + i - 1. */
    @Test
    void shiftedLogitsStartAtTheLastPromptPosition() {
        int[] prompt = {1, 2, 3};
        int[] whole = {1, 2, 3, MASK, MASK, MASK, MASK};
        try (NetworkPredictor plain = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                NetworkPredictor shifted = shiftedGolden();
                DecodingSession session = shifted.open(List.of(prompt), 4)) {
            float[] logits = plain.logits(new int[][] {whole}, null);
            Prediction p = session.predict(LogitRules.plain(1));
            for (int i = 0; i < 4; i++) {
                int from = (prompt.length + i - 1) * 320;
                float[] z = Arrays.copyOfRange(logits, from, from + 320);
                assertThat((double) z[p.argmax()[i]])
                        .isCloseTo(
                                java.util.stream.IntStream.range(0, 320)
                                        .mapToDouble(v -> z[v])
                                        .max()
                                        .orElseThrow(),
                                within(1e-4));
            }
            assertThatThrownBy(() -> shifted.open(List.of(new int[0]), 4)).hasMessageContaining("at least one token");
        }
    }

    /** The golden network, said to predict the next position. */
    private static NetworkPredictor shiftedGolden() {
        return Backbones.open(
                Golden.folder("llada-tiny"),
                Optional.empty(),
                new BackboneOverrides("", "", "true", ""),
                BackboneOptions.standard());
    }

    @Test
    void logitsThatAreNoNumbersAreReported() {
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession session = model.open(List.of(new int[] {1}), 2)) {
            session.mix(new float[2], new float[] {1f, Float.NaN}, new float[2], new int[] {1, 1});
            assertThatThrownBy(() -> session.predict(LogitRules.plain(1)))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("not finite");
        }
    }
}
