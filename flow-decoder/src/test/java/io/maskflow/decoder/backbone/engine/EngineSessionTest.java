package io.maskflow.decoder.backbone.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Tokens;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session promises, on the golden checkpoint. */
class EngineSessionTest {

    private static final int LENGTH = 11;
    private static final int VOCABULARY = 320;
    private static final int WIDTH = 64;
    private static final int MASK = 312;

    private static NetworkPredictor open() {
        return Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
    }

    private static int[] prompt(long seed, int length) {
        return new Random(seed).ints(length, 0, 300).toArray();
    }

    private static void stir(DecodingSession session, long... seedOfRow) {
        int n = session.length();
        float[] keep = new float[seedOfRow.length * n];
        float[] toToken = keep.clone();
        float[] toMask = keep.clone();
        int[] token = new int[keep.length];
        for (int row = 0; row < seedOfRow.length; row++) {
            Random random = new Random(seedOfRow[row]);
            for (int i = 0; i < n; i++) {
                keep[row * n + i] = random.nextFloat();
                toToken[row * n + i] = random.nextFloat();
                toMask[row * n + i] = random.nextFloat();
                token[row * n + i] = random.nextInt(300);
            }
        }
        session.mix(keep, toToken, toMask, token);
    }

    private static Prediction rowOf(Prediction p, int row, int n) {
        int k = p.k();
        return new Prediction(
                Arrays.copyOfRange(p.argmax(), row * n, (row + 1) * n),
                Arrays.copyOfRange(p.argmaxProbability(), row * n, (row + 1) * n),
                Arrays.copyOfRange(p.topId(), row * n * k, (row + 1) * n * k),
                Arrays.copyOfRange(p.topProbability(), row * n * k, (row + 1) * n * k),
                Arrays.copyOfRange(p.logSumExp(), row * n, (row + 1) * n),
                Arrays.copyOfRange(p.entropy(), row * n, (row + 1) * n),
                k);
    }

    private static void assertSame(Prediction a, Prediction b) {
        assertThat(a.argmax()).isEqualTo(b.argmax());
        assertThat(a.argmaxProbability()).containsExactly(b.argmaxProbability(), within(1e-4f));
        assertThat(a.topProbability()).containsExactly(b.topProbability(), within(1e-4f));
        assertThat(a.logSumExp()).containsExactly(b.logSumExp(), within(2e-4f));
        assertThat(a.entropy()).containsExactly(b.entropy(), within(2e-4f));
    }

    /** Softmax statistics worked out in doubles from the whole logits of the same states. */
    @Test
    void statisticsEqualThoseOfTheWholeLogits() {
        LogitRules rules = new LogitRules(List.of(MASK, 7), List.of(300, 12), 0f, 5);
        int[] prompt = prompt(1, 6);
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(prompt), LENGTH)) {
            stir(session, 3);
            Prediction p = session.predict(rules);
            float[] input = new float[(6 + LENGTH) * WIDTH];
            System.arraycopy(model.embeddings(new int[][] {prompt}), 0, input, 0, 6 * WIDTH);
            System.arraycopy(session.states(), 0, input, 6 * WIDTH, LENGTH * WIDTH);
            float[] logits = model.logitsOf(input, 1, null);
            for (int i = 0; i < LENGTH; i++) {
                double[] z = new double[VOCABULARY];
                for (int v = 0; v < VOCABULARY; v++) {
                    z[v] = logits[(6 + i) * VOCABULARY + v];
                }
                for (int id : rules.suppressed()) {
                    z[id] = Double.NEGATIVE_INFINITY;
                }
                int best = 0;
                for (int v = 1; v < VOCABULARY; v++) {
                    best = z[v] > z[best] ? v : best;
                }
                for (int id : rules.suppressedInConfidence()) {
                    z[id] = Double.NEGATIVE_INFINITY;
                }
                double lse = Math.log(Arrays.stream(z).map(Math::exp).sum());
                double entropy = -Arrays.stream(z)
                        .filter(Double::isFinite)
                        .map(x -> Math.exp(x - lse) * (x - lse))
                        .sum();
                double[] sorted =
                        Arrays.stream(z).map(x -> -Math.exp(x - lse)).sorted().toArray();
                assertThat(p.argmax()[i]).isEqualTo(best);
                assertThat((double) p.argmaxProbability()[i]).isCloseTo(Math.exp(z[best] - lse), within(1e-5));
                assertThat((double) p.logSumExp()[i]).isCloseTo(lse, within(1e-4));
                assertThat((double) p.entropy()[i]).isCloseTo(entropy, within(1e-4));
                for (int j = 0; j < 5; j++) {
                    assertThat((double) p.topProbability()[i * 5 + j]).isCloseTo(-sorted[j], within(1e-5));
                    assertThat((double) p.topProbability()[i * 5 + j])
                            .isCloseTo(Math.exp(z[p.topId()[i * 5 + j]] - lse), within(1e-5));
                }
            }
        }
    }

    @Test
    void aRowAloneEqualsTheRowInABatchAndUnderLeftPadding() {
        LogitRules rules = LogitRules.without(MASK, 4);
        List<int[]> equal = new ArrayList<>();
        List<int[]> unequal = new ArrayList<>();
        long[] seeds = new long[8];
        for (int row = 0; row < 8; row++) {
            equal.add(prompt(row, 9));
            unequal.add(row == 0 ? equal.get(0) : prompt(row, row * 3));
            seeds[row] = 100 + row;
        }
        try (NetworkPredictor model = open();
                DecodingSession alone = model.open(equal.subList(0, 1), LENGTH);
                DecodingSession batch = model.open(equal, LENGTH);
                DecodingSession padded = model.open(unequal, LENGTH)) {
            stir(alone, seeds[0]);
            stir(batch, seeds);
            stir(padded, seeds);
            Prediction expected = alone.predict(rules);
            assertSame(rowOf(batch.predict(rules), 0, LENGTH), expected);
            // positions are not shifted by padding: rotary attention sees differences only, so the result is the same
            assertSame(rowOf(padded.predict(rules), 0, LENGTH), expected);
        }
    }

    @Test
    void retainedRowsKeepTheirStatesAndPredictions() {
        LogitRules rules = LogitRules.without(MASK, 4);
        int[] shared = prompt(5, 4);
        List<int[]> prompts = List.of(shared, shared, prompt(6, 7), prompt(7, 0), shared);
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(prompts, LENGTH)) {
            stir(session, 1, 2, 3, 4, 5);
            Prediction before = session.predict(rules);
            float[] states = session.states();
            session.retainRows(new int[] {1, 3});
            assertThat(session.rows()).isEqualTo(2);
            int size = LENGTH * WIDTH;
            assertThat(Arrays.copyOfRange(session.states(), size, 2 * size))
                    .isEqualTo(Arrays.copyOfRange(states, 3 * size, 4 * size));
            Prediction after = session.predict(rules);
            assertSame(rowOf(after, 0, LENGTH), rowOf(before, 1, LENGTH));
            assertSame(rowOf(after, 1, LENGTH), rowOf(before, 3, LENGTH));
        }
    }

    @Test
    void theSharedFirstCallEqualsSeparateOnes() {
        LogitRules rules = LogitRules.without(MASK, 4);
        int[] a = prompt(1, 5);
        int[] b = prompt(2, 8);
        List<int[]> copies = List.of(a, a, a, b, b, a.clone());
        List<int[]> separate = copies.stream().map(int[]::clone).toList();
        try (NetworkPredictor model = open();
                DecodingSession one = model.open(copies, LENGTH);
                DecodingSession other = model.open(separate, LENGTH)) {
            Prediction shared = one.predict(rules);
            assertSame(shared, other.predict(rules));
            assertThat(rowOf(shared, 1, LENGTH).logSumExp())
                    .isEqualTo(rowOf(shared, 0, LENGTH).logSumExp());
            stir(one, 1, 2, 3, 4, 5, 6);
            stir(other, 1, 2, 3, 4, 5, 6);
            Prediction later = one.predict(rules);
            assertSame(later, other.predict(rules));
            assertThat(rowOf(later, 1, LENGTH).logSumExp())
                    .isNotEqualTo(rowOf(later, 0, LENGTH).logSumExp());
        }
    }

    @Test
    void guidanceMovesAwayFromTheUnconditionalLogits() {
        float s = 1.5f;
        int[] prompt = prompt(3, 5);
        int[] masked = new int[5];
        Arrays.fill(masked, MASK);
        int[][] whole = {new int[5 + LENGTH], new int[5 + LENGTH]};
        Arrays.fill(whole[0], MASK);
        Arrays.fill(whole[1], MASK);
        System.arraycopy(prompt, 0, whole[0], 0, 5);
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(prompt), LENGTH)) {
            float[] logits = model.logits(whole, null);
            Prediction p = session.predict(new LogitRules(List.of(), List.of(), s, 1));
            for (int i = 0; i < LENGTH; i++) {
                double sum = 0;
                for (int v = 0; v < VOCABULARY; v++) {
                    double cond = logits[(5 + i) * VOCABULARY + v];
                    double un = logits[(5 + LENGTH + 5 + i) * VOCABULARY + v];
                    sum += Math.exp(un + (s + 1) * (cond - un));
                }
                assertThat((double) p.logSumExp()[i]).isCloseTo(Math.log(sum), within(5e-4));
            }
        }
    }

    @Test
    void statesAreMixedAsDefined() {
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(prompt(1, 3)), 2)) {
            float[] e = model.embeddings(new int[][] {{MASK, 10, 20}});
            session.mix(new float[] {0.5f, 0f}, new float[] {0.25f, 1f}, new float[] {0.125f, 0f}, new int[] {10, 20});
            float[] x = session.states();
            for (int j = 0; j < WIDTH; j++) {
                assertThat(x[j]).isCloseTo(0.625f * e[j] + 0.25f * e[WIDTH + j], within(1e-6f));
                assertThat(x[WIDTH + j]).isEqualTo(e[2 * WIDTH + j]);
            }
            float[] none = new float[2];
            session.blend(none, none, none, new int[] {10, 20, MASK, 20}, new float[] {0.75f, 0.25f, 1f, 0f}, 2);
            x = session.states();
            for (int j = 0; j < WIDTH; j++) {
                assertThat(x[j]).isCloseTo(0.75f * e[WIDTH + j] + 0.25f * e[2 * WIDTH + j], within(1e-6f));
                assertThat(x[WIDTH + j]).isEqualTo(e[j]);
            }
            Tokens.set(session, new int[] {20, 10});
            assertThat(Arrays.copyOf(session.states(), WIDTH)).isEqualTo(Arrays.copyOfRange(e, 2 * WIDTH, 3 * WIDTH));
        }
    }

    @Test
    void badArgumentsAreNamed() {
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(prompt(1, 3)), 2)) {
            assertThatThrownBy(() -> model.open(List.of(new int[] {1, 320}), 4)).hasMessageContaining("320");
            assertThatThrownBy(() -> model.open(List.of(prompt(1, 200)), 57)).hasMessageContaining("256");
            assertThatThrownBy(() -> session.predict(LogitRules.plain(321))).hasMessageContaining("topK");
            assertThatThrownBy(() -> session.predict(LogitRules.without(-1, 1))).hasMessageContaining("-1");
            assertThatThrownBy(() -> session.retainRows(new int[0])).hasMessageContaining("at least one");
            assertThatThrownBy(() -> session.retainRows(new int[] {1})).hasMessageContaining("below 1");
            assertThatThrownBy(() -> Tokens.set(session, new int[] {1})).hasMessageContaining("2 entries");
            assertThatThrownBy(() -> Tokens.set(session, new int[] {1, 999})).hasMessageContaining("999");
        }
    }

    @Test
    void anEmptyBatchAndAnEmptyPromptAreLegal() {
        try (NetworkPredictor model = open();
                DecodingSession empty = model.open(List.of(), LENGTH);
                DecodingSession bare = model.open(List.of(new int[0]), LENGTH)) {
            assertThat(empty.predict(LogitRules.plain(2)).argmax()).isEmpty();
            assertThat(empty.states()).isEmpty();
            assertThat(bare.predict(LogitRules.plain(2)).argmax()).hasSize(LENGTH);
        }
    }

    /** The expected embedding from the whole logits in doubles; in one piece and in pieces of the vocabulary. */
    @ParameterizedTest
    @ValueSource(ints = {EngineSession.LOGITS_AT_ONCE, 2_000})
    void expectedEmbeddingsAndMixturesAreFedInsideTheEngine(int logitsAtOnce) {
        float temperature = 0.7f;
        int[] prompt = prompt(2, 5);
        int[] other = prompt(3, 5);
        try (NetworkPredictor model = open();
                DecodingSession session =
                        model.open(List.of(prompt, prompt, other), LENGTH, AttentionRule.FULL, logitsAtOnce)) {
            int positions = 3 * LENGTH;
            float[] before = session.states(); // masks: both rows of the first prompt are copies of each other
            Prediction seen =
                    session.predict(new LogitRules(List.of(MASK), List.of(), 0f, 2).withExpectation(temperature));
            float[] keep = new float[positions];
            float[] toMask = new float[positions];
            float[] toExpected = new float[positions];
            int[] token = new int[2 * positions];
            float[] toToken = new float[2 * positions];
            for (int i = 0; i < positions; i++) {
                keep[i] = 0.1f;
                toMask[i] = 0.2f;
                toExpected[i] = 0.4f;
                token[2 * i] = i;
                token[2 * i + 1] = 299 - i;
                toToken[2 * i] = 0.25f;
                toToken[2 * i + 1] = 0.05f;
            }
            session.blend(keep, toMask, toExpected, token, toToken, 2);
            float[] after = session.states();
            float[] input = new float[(5 + LENGTH) * WIDTH];
            int row = 2;
            System.arraycopy(model.embeddings(new int[][] {other}), 0, input, 0, 5 * WIDTH);
            System.arraycopy(before, row * LENGTH * WIDTH, input, 5 * WIDTH, LENGTH * WIDTH);
            float[] logits = model.logitsOf(input, 1, null);
            int[] everything = new int[VOCABULARY];
            Arrays.setAll(everything, v -> v);
            float[] embedding = model.embeddings(new int[][] {everything});
            for (int i = 0; i < LENGTH; i++) {
                double[] z = new double[VOCABULARY];
                for (int v = 0; v < VOCABULARY; v++) {
                    z[v] = v == MASK ? Double.NEGATIVE_INFINITY : logits[(5 + i) * VOCABULARY + v] / temperature;
                }
                double sum = Arrays.stream(z).map(Math::exp).sum();
                double entropy = -Arrays.stream(z)
                        .filter(Double::isFinite)
                        .map(logit -> Math.exp(logit) / sum * (logit - Math.log(sum)))
                        .sum();
                assertThat((double) seen.temperedEntropy()[row * LENGTH + i]).isCloseTo(entropy, within(1e-4));
                for (int e = 0; e < WIDTH; e++) {
                    double mean = 0;
                    for (int v = 0; v < VOCABULARY; v++) {
                        mean += Math.exp(z[v]) / sum * embedding[v * WIDTH + e];
                    }
                    int at = row * LENGTH + i;
                    double expected = 0.3 * embedding[MASK * WIDTH + e] // kept and given masks
                            + 0.4 * mean
                            + 0.25 * embedding[at * WIDTH + e]
                            + 0.05 * embedding[(299 - at) * WIDTH + e];
                    assertThat((double) after[at * WIDTH + e]).isCloseTo(expected, within(1e-4));
                }
            }
            session.predict(LogitRules.plain(1));
            assertThatThrownBy(() -> session.blend(keep, toMask, toExpected, token, toToken, 2))
                    .hasMessageContaining("was not asked for it");
        }
    }
}
