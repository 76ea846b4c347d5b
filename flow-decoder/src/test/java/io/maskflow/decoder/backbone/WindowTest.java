package io.maskflow.decoder.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Model calls on a part of the positions, with keys and values of the others from earlier calls. */
class WindowTest {

    private static final int N = 12;
    private static final LogitRules RULES = LogitRules.plain(3);

    private static NetworkPredictor open() {
        return Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
    }

    private static int[] tokens(long seed, int count) {
        return new Random(seed).ints(count, 0, 300).toArray();
    }

    private static Prediction predict(DecodingSession session, Window... windows) {
        return session.predict(RULES, List.of(windows));
    }

    /** Same predictions in {@code from .. to} of a row. */
    private static void assertSame(Prediction a, int rowA, Prediction b, int rowB, int from, int to) {
        for (int i = from; i < to; i++) {
            assertThat(a.logSumExp()[rowA * N + i]).isCloseTo(b.logSumExp()[rowB * N + i], within(2e-4f));
            assertThat(a.argmax()[rowA * N + i]).isEqualTo(b.argmax()[rowB * N + i]);
            assertThat(a.entropy()[rowA * N + i]).isCloseTo(b.entropy()[rowB * N + i], within(2e-4f));
        }
    }

    @Test
    void aFreshCacheChangesNothing() {
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(tokens(1, 5), tokens(2, 9)), N)) {
            Tokens.set(session, tokens(3, 2 * N));
            Prediction whole = session.predict(RULES);
            Window first = Window.whole(N).wanting(4, 8).keeping();
            Prediction kept = predict(session, first, first);
            Prediction suffix = predict(session, Window.of(4, N).wanting(4, 8), Window.of(-3, N));
            Prediction dual = predict(
                    session, Window.of(4, 8).attendingTo(N), Window.of(4, 8).attendingTo(N));
            for (int row = 0; row < 2; row++) {
                assertSame(kept, row, whole, row, 4, 8);
                assertSame(suffix, row, whole, row, 4, 8);
                assertSame(dual, row, whole, row, 4, 8);
            }
            assertThat(dual.logSumExp()[3]).isZero();
            assertThat(dual.logSumExp()[8]).isZero();
        }
    }

    /** After a change behind the block, the dual cache still sees the old tokens there; the prefix cache does not. */
    @Test
    void aStaleCacheIsStale() {
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(tokens(1, 5)), N)) {
            Tokens.set(session, tokens(3, N));
            Prediction before = predict(session, Window.whole(N).keeping());
            int[] changed = tokens(3, N);
            changed[N - 1]++;
            Tokens.set(session, changed);
            assertSame(predict(session, Window.of(4, 8).attendingTo(N)), 0, before, 0, 4, 8);
            assertThat(predict(session, Window.of(4, N)).logSumExp()[5])
                    .isNotCloseTo(before.logSumExp()[5], within(1e-3f));
        }
    }

    /** Where no position sees a later block, cached keys of finished blocks are the very ones a whole call computes. */
    @Test
    void underABlockCausalMaskTheCacheIsExact() {
        int block = 4;
        List<int[]> prompts =
                List.of(tokens(1, 5), tokens(2, 8), tokens(4, 3)); // blocks start at -1, 0, -3 of the response
        int[][] starts = {{-1, 3, 7, 11}, {0, 4, 8, 12}, {-3, 1, 5, 9}};
        try (NetworkPredictor model = open();
                DecodingSession plain = model.open(prompts, N, AttentionRule.blocksOfText(block));
                DecodingSession cached = model.open(prompts, N, AttentionRule.blocksOfText(block))) {
            int[] rows = {0, 1, 2};
            for (int b = 0; b < 3; b++) {
                if (b == 2) { // the row in the middle is done
                    plain.retainRows(new int[] {0, 2});
                    cached.retainRows(new int[] {0, 2});
                    rows = new int[] {0, 2};
                }
                for (int step = 0; step < 2; step++) {
                    int[] tokens = new int[rows.length * N];
                    for (int r = 0; r < rows.length; r++) {
                        int finished = Math.max(0, starts[rows[r]][b]);
                        System.arraycopy(tokens(10 + rows[r], N), 0, tokens, r * N, finished);
                        int open = Math.min(N, starts[rows[r]][b] + block) - finished;
                        System.arraycopy(tokens(100 * b + step, N), 0, tokens, r * N + finished, Math.max(0, open));
                    }
                    Tokens.set(plain, tokens);
                    Tokens.set(cached, tokens);
                    List<Window> all = new ArrayList<>();
                    List<Window> some = new ArrayList<>();
                    for (int row : rows) {
                        int s = starts[row][b];
                        int e = s + block;
                        int from = Math.max(0, s);
                        all.add(Window.upTo(e).wanting(from, e));
                        int refeed = b == 0 ? Window.PROMPT : starts[row][b - 1];
                        some.add(
                                step == 0
                                        ? Window.of(refeed, e).wanting(from, e).keeping()
                                        : Window.of(s, e).wanting(from, e));
                    }
                    Prediction a = plain.predict(RULES, all);
                    Prediction c = cached.predict(RULES, some);
                    for (int r = 0; r < rows.length; r++) {
                        int s = starts[rows[r]][b];
                        assertSame(c, r, a, r, Math.max(0, s), s + block);
                    }
                }
            }
        }
    }

    /** Cached and whole calls agree in every family; Dream's logits come from the position before, LLaDA2's mask has blocks. */
    @ParameterizedTest
    @CsvSource({"dream-tiny, 0", "dream-tiny, 4", "llada2-tiny, 4", "llada2-tiny, 0", "mdlm-tiny, 0", "mdlm-tiny, 4"})
    void everyFamilyHasTheCache(String name, int block) {
        int[] prompt = Arrays.stream(tokens(1, 8)).map(id -> id % 200).toArray();
        int[] shorter = Arrays.copyOf(prompt, 4);
        try (NetworkPredictor model = Backbones.open(Golden.folder(name), BackboneOptions.standard());
                DecodingSession plain = model.open(List.of(prompt, shorter), N, AttentionRule.blocksOfText(block));
                DecodingSession cached = model.open(List.of(prompt, shorter), N, AttentionRule.blocksOfText(block))) {
            int[] tokens = Arrays.stream(tokens(3, 2 * N)).map(id -> id % 200).toArray();
            Tokens.set(plain, tokens);
            Tokens.set(cached, tokens);
            int end = block == 0 ? N : 8;
            Window whole = Window.upTo(end).wanting(4, 8);
            Prediction expected = predict(plain, whole, whole);
            Prediction kept = predict(cached, whole.keeping(), whole.keeping());
            Window later = Window.of(4, end).wanting(4, 8);
            Prediction found = predict(cached, later, later);
            for (int row = 0; row < 2; row++) {
                assertSame(kept, row, expected, row, 4, 8);
                assertSame(found, row, expected, row, 4, 8);
            }
        }
    }

    /** A block-causal mask in a session is the one of the whole logits, without and with padding on the left. */
    @Test
    void blocksAreCountedFromTheFirstTokenOfEachPrompt() {
        int[] prompt = tokens(1, 5);
        int[] response = tokens(2, N);
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(prompt, tokens(3, 9)), N, AttentionRule.blocksOfText(4))) {
            int[] two = new int[2 * N];
            System.arraycopy(response, 0, two, 0, N);
            Tokens.set(session, two);
            int[] whole = new int[5 + N];
            System.arraycopy(prompt, 0, whole, 0, 5);
            System.arraycopy(response, 0, whole, 5, N);
            float[] logits = model.logits(new int[][] {whole}, null, 4);
            float[] full = model.logits(new int[][] {whole}, null);
            Prediction p = session.predict(RULES);
            for (int i = 0; i < N; i++) {
                float[] z = Arrays.copyOfRange(logits, (5 + i) * 320, (6 + i) * 320);
                assertThat((double) p.logSumExp()[i]).isCloseTo(logSumExp(z), within(2e-4));
            }
            assertThat(Golden.distance(logits, full)).isGreaterThan(0.1f);
        }
    }

    /** Blocks counted from the response: the prompt of 5 fills one block of 3 before a short first one of 2. */
    @Test
    void blocksMayBeCountedFromTheResponse() {
        int[] prompt = tokens(1, 5);
        int[] padded = new int[6 + N];
        System.arraycopy(prompt, 0, padded, 1, 5);
        System.arraycopy(tokens(2, N), 0, padded, 6, N);
        boolean[] visible = new boolean[6 + N];
        Arrays.fill(visible, 1, 6 + N, true);
        try (NetworkPredictor model = open();
                DecodingSession session =
                        model.open(List.of(prompt, tokens(3, 9)), N, AttentionRule.blocksOfResponse(3))) {
            int[] two = new int[2 * N];
            System.arraycopy(tokens(2, N), 0, two, 0, N);
            Tokens.set(session, two);
            float[] logits = model.logits(new int[][] {padded}, new boolean[][] {visible}, 3);
            Prediction p = session.predict(RULES);
            for (int i = 0; i < N; i++) {
                float[] z = Arrays.copyOfRange(logits, (6 + i) * 320, (7 + i) * 320);
                assertThat((double) p.logSumExp()[i]).isCloseTo(logSumExp(z), within(2e-4));
            }
        }
    }

    private static double logSumExp(float[] z) {
        double sum = 0;
        for (float value : z) {
            sum += Math.exp(value);
        }
        return Math.log(sum);
    }

    @Test
    void windowsThatCannotBeComputedAreNamed() {
        assertThatThrownBy(() -> Window.of(4, 4)).hasMessageContaining("from 4 to 4");
        assertThatThrownBy(() -> Window.of(4, 8).wanting(2, 6)).hasMessageContaining("from 2 to 6");
        try (NetworkPredictor model = open();
                DecodingSession session = model.open(List.of(tokens(1, 5)), N)) {
            assertThatThrownBy(() -> predict(session, Window.of(4, 8)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("up to 9");
            assertThatThrownBy(() -> predict(session, Window.of(-6, 8))).hasMessageContaining("prompt of 5");
            assertThatThrownBy(() -> predict(session, Window.of(0, N + 1))).hasMessageContaining("response of " + N);
            assertThatThrownBy(() -> predict(session)).hasMessageContaining("windows");
            assertThatThrownBy(() -> session.predict(
                            new LogitRules(List.of(), List.of(), 1f, 1),
                            List.of(Window.whole(N).keeping())))
                    .hasMessageContaining("guidance");
        }
    }
}
