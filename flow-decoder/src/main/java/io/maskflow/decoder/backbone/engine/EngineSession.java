package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;

/**
 * States of a batch as one array {@code [R, N, E]} of the engine, for any {@link MaskedNetwork}.
 *
 * <p>A model call works through the rows in groups small enough for the processor's caches (about
 * {@value #POSITIONS_PER_CALL} positions for a narrow model, measured 1.3 to 1.4 times as fast as the whole batch at
 * once), and through the vocabulary layer in pieces of at most {@value #LOGITS_AT_ONCE} logits.
 */
final class EngineSession implements DecodingSession {

    private static final int POSITIONS_PER_CALL = 720;
    private static final int POSITIONS_PER_WIDE_CALL = 16_384;
    private static final int NARROW = 512;
    static final int LOGITS_AT_ONCE = 32_000_000;

    private final MaskedNetwork network;
    private final BackboneInfo info;
    private final Statistics statistics;
    private final NDArray maskEmbedding;
    private final NDManager manager;
    private final EngineUpdates updates;
    private final KeyValueCache cache;
    private final AttentionRule attention;
    private final int logitsAtOnce;
    private final int promptLength;
    private final int length;
    private NDArray prompts; // [U, P, E]
    private final NDArray visible; // [U, P + N], or null
    private NDArray pads; // [U]
    private NDArray offsets; // [U], from a text position to its place in the blocks
    private NDArray maskedPrompts; // [U, P, E], made when guidance first asks for it
    private int[] promptLengths; // [U]
    private int[] promptOf;
    private NDArray states; // [R, N, E]
    private NDArray expected; // [R, N, E] of the last call, or null
    private boolean allMasked = true;
    private long sequencesComputed;

    EngineSession(
            MaskedNetwork network,
            Statistics statistics,
            NDArray maskEmbedding,
            PromptBatch batch,
            int length,
            AttentionRule attention,
            int logitsAtOnce) {
        this.network = network;
        this.info = network.info();
        this.statistics = statistics;
        this.maskEmbedding = maskEmbedding;
        this.promptLengths = batch.lengths();
        this.length = length;
        this.attention = attention;
        this.logitsAtOnce = logitsAtOnce;
        this.promptLength = batch.length();
        this.promptOf = batch.promptOf().clone();
        this.manager = network.manager().newSubManager();
        this.updates = new EngineUpdates(network, statistics, maskEmbedding, manager);
        this.cache = new KeyValueCache(manager, statistics, promptOf.length, promptLength + length);
        this.pads = batch.pads(manager);
        this.offsets = batch.offsets(manager, attention);
        int width = info.embeddingSize();
        try (NDManager scope = manager.newSubManager()) {
            this.visible = batch.visible(manager, length);
            this.prompts = batch.count() == 0 || promptLength == 0
                    ? manager.zeros(new Shape(batch.count(), promptLength, width))
                    : kept(network.embed(scope, batch.ids(scope, info.padId())));
            this.states = manager.zeros(new Shape(promptOf.length, length, width));
            if (promptOf.length > 0) {
                states.addi(maskEmbedding);
            }
        }
    }

    private NDArray kept(NDArray array) {
        array.attach(manager);
        return array;
    }

    @Override
    public int rows() {
        return promptOf.length;
    }

    @Override
    public int length() {
        return length;
    }

    @Override
    public long sequencesComputed() {
        return sequencesComputed;
    }

    @Override
    public Prediction predict(LogitRules rules, List<Window> windows) {
        check(rules, windows);
        Prediction prediction = PredictionRows.blank(rules, rows() * length);
        forgetExpected();
        if (rules.expectationTemperature() > 0) {
            expected = manager.zeros(new Shape(rows(), length, info.embeddingSize()));
        }
        boolean same = windows.stream().distinct().count() <= 1;
        if (allMasked
                && same
                && rows() > 0
                && windows.get(0).standsAlone()
                && !rules.shaping().draws()) {
            int[] owners = firstRowOfEachPrompt();
            predict(owners, windows.get(0), rules, prediction);
            PredictionRows.spread(prediction, owners, rows(), length);
            spreadExpected();
        } else {
            PredictionRows.byWindow(windows).forEach((window, rows) -> predict(rows, window, rules, prediction));
        }
        PredictionRows.requireNumbers(prediction, length, info.name());
        return prediction;
    }

    private void spreadExpected() {
        if (expected != null) {
            int[] ownerOf = new int[rows()];
            for (int row = 1; row < rows(); row++) {
                ownerOf[row] = promptOf[row] == promptOf[row - 1] ? ownerOf[row - 1] : row;
            }
            NDArray all = rowsOf(manager, expected, ownerOf);
            forgetExpected();
            expected = all;
        }
    }

    private void forgetExpected() {
        if (expected != null) {
            expected.close();
            expected = null;
        }
    }

    private void check(LogitRules rules, List<Window> windows) {
        if (rules.topK() > info.vocabularySize()) {
            throw new IllegalArgumentException(
                    "topK must be at most the vocabulary size " + info.vocabularySize() + ", was " + rules.topK());
        }
        PromptBatch.requireIds(rules.suppressed().stream().mapToInt(id -> id).toArray(), info);
        PromptBatch.requireIds(
                rules.suppressedInConfidence().stream().mapToInt(id -> id).toArray(), info);
        EngineUpdates.requireLength("windows", windows.size(), rows());
        for (int row = 0; row < windows.size(); row++) {
            Window window = windows.get(row);
            int before = promptLengths[promptOf[row]];
            if (window.keysTo() > length || window.from() != Window.PROMPT && window.from() < -before) {
                throw new IllegalArgumentException("the window of row " + row + " must lie in a prompt of " + before
                        + " tokens and a response of " + length + ", was " + window);
            }
            if (rules.guidanceScale() != 0f && !window.standsAlone()) {
                throw new IllegalArgumentException(
                        "guidance cannot be combined with a cache, row " + row + " asked for " + window);
            }
        }
    }

    /** While all states are the mask embedding and nothing is drawn, rows of one prompt are copies of each other. */
    private int[] firstRowOfEachPrompt() {
        return IntStream.range(0, rows())
                .filter(row -> row == 0 || promptOf[row] != promptOf[row - 1])
                .toArray();
    }

    /** One model call for rows with the same window, in groups. */
    private void predict(int[] some, Window window, LogitRules rules, Prediction into) {
        int fed = promptLength + length - first(window);
        int atOnce = info.embeddingSize() <= NARROW ? POSITIONS_PER_CALL : POSITIONS_PER_WIDE_CALL;
        int group = Math.max(1, atOnce / fed);
        for (int from = 0; from < some.length; from += group) {
            predictGroup(Arrays.copyOfRange(some, from, Math.min(some.length, from + group)), window, rules, into);
        }
    }

    /** The sequence position of the first fed one. A shifted model needs the one before the first wanted. */
    private int first(Window window) {
        int first = window.from() == Window.PROMPT ? 0 : promptLength + window.from();
        return Math.min(first, promptLength + window.wantedFrom() - shift());
    }

    private int shift() {
        return info.logitsPredictNext() ? 1 : 0;
    }

    private void predictGroup(int[] some, Window window, LogitRules rules, Prediction into) {
        sequencesComputed += some.length * (rules.guidanceScale() == 0f ? 1L : 2L);
        try (NDManager scope = manager.newSubManager()) {
            NDArray hidden = hidden(scope, prompts, some, window);
            NDArray unconditional = rules.guidanceScale() == 0f ? null : hidden(scope, maskedPrompts(), some, window);
            int wanted = window.wantedTo() - window.wantedFrom();
            int positions = some.length * wanted;
            int piece = Math.max(1, logitsAtOnce / info.vocabularySize());
            for (int start = 0; start < positions; start += piece) {
                int from = start;
                int to = Math.min(positions, from + piece);
                try (NDManager one = scope.newSubManager()) {
                    NDArray logits = network.logits(one, positionsOf(one, hidden, from, to));
                    if (unconditional != null) {
                        NDArray un = network.logits(one, positionsOf(one, unconditional, from, to));
                        logits = statistics.guide(one, logits, un, rules.guidanceScale());
                    }
                    IntUnaryOperator place =
                            i -> some[(from + i) / wanted] * length + window.wantedFrom() + (from + i) % wanted;
                    if (expected != null) {
                        long[] places = new long[to - from];
                        Arrays.setAll(places, place::applyAsInt);
                        statistics.expect(one, logits, rules, network, expected, into, places, logitsAtOnce);
                    }
                    statistics.take(one, logits, rules, into, place);
                }
            }
        }
    }

    /** After the last norm, for the positions whose logits are wanted: {@code [r * wanted, E]}. */
    private NDArray hidden(NDManager scope, NDArray promptPart, int[] some, Window window) {
        int first = first(window);
        int to = promptLength + window.to();
        int keysTo = promptLength + window.keysTo();
        NDArray which =
                scope.create(Arrays.stream(some).mapToLong(row -> promptOf[row]).toArray());
        NDArray x = some.length == rows() ? states : rowsOf(scope, states, some);
        NDArray input = statistics.assemble(scope, promptPart, which, x, first, to);
        cache.require(some, first, to, keysTo);
        boolean past = first > 0 || keysTo > to;
        int wanted = promptLength - shift() - first;
        Passage passage = new Passage(
                first,
                keysTo,
                mask(scope, which, first, to, keysTo),
                past ? cache.of(scope, some) : new NDList(),
                wanted + window.wantedFrom(),
                wanted + window.wantedTo(),
                window.kept());
        NDList results = network.hidden(scope, input, passage, network.layers());
        if (window.kept()) {
            cache.keep(scope, some, first, results.subNDList(1));
        }
        return results.get(0).reshape(-1, info.embeddingSize());
    }

    /** Who sees whom, {@code [r, 1 or L, K]}; empty if everyone sees everything. */
    private NDList mask(NDManager scope, NDArray which, int first, int to, int keysTo) {
        int block = attention.blockLength();
        if (attention.isFull()) {
            return visible == null ? new NDList() : new NDList(statistics.keyMask(scope, visible, which, keysTo));
        }
        int shifted = visible == null ? attention.offset(promptLength) : 0;
        boolean oneBlock = visible == null && (keysTo - 1 + shifted) / block <= (first + shifted) / block;
        return oneBlock
                ? new NDList()
                : new NDList(statistics.blockMask(scope, pads, offsets, which, first, to - first, keysTo, block));
    }

    private NDArray positionsOf(NDManager scope, NDArray hidden, int from, int to) {
        if (from == 0 && to == hidden.getShape().get(0)) {
            return hidden;
        }
        long[] which = new long[to - from];
        Arrays.setAll(which, i -> from + i);
        return statistics.rows(scope, hidden, scope.create(which));
    }

    private NDArray rowsOf(NDManager scope, NDArray array, int[] which) {
        return statistics.rows(
                scope, array, scope.create(Arrays.stream(which).asLongStream().toArray()));
    }

    private NDArray maskedPrompts() {
        if (maskedPrompts == null) {
            maskedPrompts = manager.zeros(prompts.getShape());
            maskedPrompts.addi(maskEmbedding);
        }
        return maskedPrompts;
    }

    @Override
    public void mix(float[] keep, float[] toToken, float[] toMask, int[] token) {
        updates.mix(states, keep, toToken, toMask, token);
        allMasked &= rows() * length == 0;
    }

    @Override
    public void travel(Interpolation road, float[] fraction, boolean[] fromMask, int[] token) {
        updates.travel(states, road, fraction, fromMask, token);
        allMasked &= rows() * length == 0;
    }

    @Override
    public void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {
        updates.blend(states, expected, keep, toMask, toExpected, token, toToken, k);
        allMasked &= rows() * length == 0;
    }

    @Override
    public void retainRows(int[] keep) {
        int previous = -1;
        for (int row : keep) {
            if (row <= previous || row >= rows()) {
                throw new IllegalArgumentException(
                        "rows to keep must be ascending and below " + rows() + ", were " + Arrays.toString(keep));
            }
            previous = row;
        }
        if (keep.length == 0) {
            throw new IllegalArgumentException("at least one row must be kept");
        }
        if (keep.length == rows()) {
            return;
        }
        NDArray fewer = rowsOf(manager, states, keep);
        states.close();
        states = fewer;
        cache.retainRows(keep);
        forgetExpected();
        promptOf = Arrays.stream(keep).map(row -> promptOf[row]).toArray();
    }

    @Override
    public void join(List<int[]> more) {
        PromptBatch joining = new PromptBatch(more);
        joining.check(info, length, attention.blockLength());
        if (visible != null || !joining.even() || joining.length() != promptLength) {
            throw new IllegalArgumentException(
                    "rows can join with prompts of one length only, those of the session have "
                            + Arrays.toString(promptLengths) + " tokens, the others "
                            + Arrays.toString(joining.lengths()));
        }
        int[] used = Arrays.stream(promptOf).distinct().toArray(); // ascending, as promptOf is
        try (NDManager scope = manager.newSubManager()) {
            NDArray fresh = promptLength == 0
                    ? scope.zeros(new Shape(joining.count(), 0, info.embeddingSize()))
                    : network.embed(scope, joining.ids(scope, info.padId()));
            NDArray masked = scope.zeros(new Shape(more.size(), length, info.embeddingSize()));
            masked.addi(maskEmbedding);
            NDArray morePrompts = rowsOf(scope, prompts, used).concat(fresh, 0);
            NDArray moreStates = states.concat(masked, 0);
            NDArray morePads = scope.zeros(new Shape(used.length + joining.count()), pads.getDataType());
            long[] sameOffset = new long[used.length + joining.count()];
            Arrays.fill(sameOffset, attention.offset(promptLength));
            NDArray moreOffsets = scope.create(sameOffset);
            cache.join(more.size()); // from here on nothing is made any more that might not fit into memory
            prompts = replaced(prompts, morePrompts);
            states = replaced(states, moreStates);
            pads = replaced(pads, morePads);
            offsets = replaced(offsets, moreOffsets);
        }
        allMasked = false;
        if (maskedPrompts != null) {
            maskedPrompts.close();
            maskedPrompts = null;
        }
        forgetExpected();
        promptLengths = new int[used.length + joining.count()];
        Arrays.fill(promptLengths, promptLength);
        promptOf = IntStream.concat(
                        Arrays.stream(promptOf).map(p -> Arrays.binarySearch(used, p)),
                        Arrays.stream(joining.promptOf()).map(p -> used.length + p))
                .toArray();
    }

    private NDArray replaced(NDArray old, NDArray by) {
        by.attach(manager);
        old.close();
        return by;
    }

    @Override
    public float[] states() {
        return rows() == 0 ? new float[0] : states.toFloatArray();
    }

    @Override
    public void close() {
        manager.close();
    }
}
