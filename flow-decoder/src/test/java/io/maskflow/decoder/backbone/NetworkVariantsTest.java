package io.maskflow.decoder.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.backbone.llada.LladaConfig;
import io.maskflow.decoder.backbone.llada.LladaEagerNetwork;
import io.maskflow.decoder.backbone.llada.LladaWeights;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the golden checkpoint does not have: grouped heads, a tied head, shifted logits, a vocabulary in pieces. */
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
        LladaWeights.shapes(LladaConfig.of(ModelConfig.read(folder))).forEach((name, shape) -> {
            float[] values = new float[(int) shape.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) random.nextGaussian() * (shape.dimension() == 1 ? 1f : 0.1f);
            }
            writer.floats(name, values, shape.getShape());
        });
        writer.write(folder.resolve("model.safetensors"));
    }

    private static final int[][] IDS = {{1, 5, 9, 200, 3, 300, 12}, {7, 8, 9, 10, 11, 12, 13}};
    private static final boolean[][] VISIBLE = {
        {true, true, true, true, true, true, true}, {false, false, true, true, true, true, true}
    };

    @Test
    void groupedHeadsAreTheSameInBothImplementations() throws IOException {
        randomModel(Map.of("n_kv_heads", "2"));
        assertImplementationsAgree();
    }

    @Test
    void aTiedHeadIsTheEmbedding() throws IOException {
        randomModel(Map.of("weight_tying", "true"));
        assertImplementationsAgree();
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

    private void assertImplementationsAgree() {
        try (NetworkPredictor script = Backbones.open(folder, BackboneOptions.standard());
                NetworkPredictor eager = Backbones.open(folder, BackboneOptions.reference())) {
            for (boolean[][] visible : new boolean[][][] {null, VISIBLE}) {
                float[] expected = eager.logits(IDS, visible);
                float[] found = script.logits(IDS, visible);
                // queries at invisible positions see the same keys, so every row can be compared
                assertThat(Golden.distance(found, expected)).isLessThan(1e-4f);
                assertThat(expected[0]).isNotEqualTo(expected[1]);
            }
        }
    }

    @Test
    void aVocabularyInPiecesGivesTheSameStatistics() {
        LogitRules rules = new LogitRules(List.of(MASK), List.of(300), 0.5f, 3);
        List<int[]> prompts = List.of(new int[] {1, 2, 3}, new int[] {4, 5});
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession whole = model.open(prompts, 9);
                DecodingSession pieces = model.open(prompts, 9, 0, 4 * 320)) {
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
        try (NetworkPredictor plain = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.reference());
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

    /** The golden network with the flag of a network that predicts the next position. */
    private static NetworkPredictor shiftedGolden() {
        Path golden = Golden.folder("llada-tiny");
        LladaConfig config = LladaConfig.of(ModelConfig.read(golden));
        BackboneInfo info =
                new BackboneInfo("shifted", "test", 320, 64, MASK, java.util.Set.of(300), 300, 256, true, 0);
        return new NetworkPredictor(
                new LladaEagerNetwork(NDManager.newBaseManager("PyTorch"), config, info, Checkpoint.open(golden)));
    }

    @Test
    void logitsThatAreNoNumbersAreReported() {
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession session = model.open(List.of(new int[] {1}), 2)) {
            session.setMixtures(new int[] {1, 1}, new float[] {1f, Float.NaN}, 1);
            assertThatThrownBy(() -> session.predict(LogitRules.plain(1)))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessageContaining("not finite");
        }
    }
}
