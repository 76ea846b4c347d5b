package io.maskflow.decoder.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

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
    private final int logitsAtOnce;
    private final int promptLength;
    private final int length;
    private final NDArray prompts; // [U, P, E]
    private final NDArray visible; // [U, P + N], or null
    private NDArray maskedPrompts; // [U, P, E], made when guidance first asks for it
    private int[] promptOf;
    private NDArray states; // [R, N, E]
    private boolean allMasked = true;

    EngineSession(
            MaskedNetwork network,
            Statistics statistics,
            NDArray maskEmbedding,
            PromptBatch batch,
            int length,
            int logitsAtOnce) {
        this.network = network;
        this.info = network.info();
        this.statistics = statistics;
        this.maskEmbedding = maskEmbedding;
        this.length = length;
        this.logitsAtOnce = logitsAtOnce;
        this.promptLength = batch.length();
        this.promptOf = batch.promptOf().clone();
        this.manager = network.manager().newSubManager();
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
    public Prediction predict(LogitRules rules) {
        check(rules);
        int k = rules.topK();
        int[] owners = allMasked ? firstRowOfEachPrompt() : null;
        int computed = owners == null ? rows() : owners.length;
        Prediction prediction = blank(computed, k);
        int whole = promptLength + length;
        int group =
                Math.max(1, (info.embeddingSize() <= NARROW ? POSITIONS_PER_CALL : POSITIONS_PER_WIDE_CALL) / whole);
        for (int from = 0; from < computed; from += group) {
            int to = Math.min(computed, from + group);
            int[] some = new int[to - from];
            for (int i = 0; i < some.length; i++) {
                some[i] = owners == null ? from + i : owners[from + i];
            }
            predict(some, rules, prediction, from * length);
        }
        requireNumbers(prediction);
        return owners == null ? prediction : spread(prediction, k);
    }

    private void check(LogitRules rules) {
        if (rules.topK() > info.vocabularySize()) {
            throw new IllegalArgumentException(
                    "topK must be at most the vocabulary size " + info.vocabularySize() + ", was " + rules.topK());
        }
        PromptBatch.requireIds(rules.suppressed().stream().mapToInt(id -> id).toArray(), info);
        PromptBatch.requireIds(
                rules.suppressedInConfidence().stream().mapToInt(id -> id).toArray(), info);
    }

    /** While all states are the mask embedding, rows of one prompt are copies of each other. */
    private int[] firstRowOfEachPrompt() {
        int[] first = new int[promptOf.length];
        int count = 0;
        for (int row = 0; row < promptOf.length; row++) {
            if (row == 0 || promptOf[row] != promptOf[row - 1]) {
                first[count++] = row;
            }
        }
        return Arrays.copyOf(first, count);
    }

    private Prediction blank(int count, int k) {
        int positions = count * length;
        return new Prediction(
                new int[positions],
                new float[positions],
                new int[positions * k],
                new float[positions * k],
                new float[positions],
                new float[positions],
                k);
    }

    /** Every row gets the prediction of the first row of its prompt. */
    private Prediction spread(Prediction one, int k) {
        Prediction all = blank(rows(), k);
        int from = -1;
        for (int row = 0; row < rows(); row++) {
            if (row == 0 || promptOf[row] != promptOf[row - 1]) {
                from++;
            }
            copy(one.argmax(), from, all.argmax(), row, length);
            copy(one.argmaxProbability(), from, all.argmaxProbability(), row, length);
            copy(one.logSumExp(), from, all.logSumExp(), row, length);
            copy(one.entropy(), from, all.entropy(), row, length);
            copy(one.topId(), from, all.topId(), row, length * k);
            copy(one.topProbability(), from, all.topProbability(), row, length * k);
        }
        return all;
    }

    private static void copy(Object from, int fromRow, Object to, int toRow, int count) {
        System.arraycopy(from, fromRow * count, to, toRow * count, count);
    }

    /** One model call for some rows; statistics go into {@code into} from position {@code at}. */
    private void predict(int[] some, LogitRules rules, Prediction into, int at) {
        try (NDManager scope = manager.newSubManager()) {
            NDArray which = scope.create(
                    Arrays.stream(some).mapToLong(row -> promptOf[row]).toArray());
            NDArray x = some.length == rows() ? states : rowsOf(scope, states, some);
            NDArray mask = visible == null ? null : statistics.rows(scope, visible, which);
            NDArray hidden = hidden(scope, prompts, which, x, mask);
            NDArray unconditional = rules.guidanceScale() == 0f ? null : hidden(scope, maskedPrompts(), which, x, mask);
            int positions = some.length * length;
            int piece = Math.max(1, logitsAtOnce / info.vocabularySize());
            for (int from = 0; from < positions; from += piece) {
                int to = Math.min(positions, from + piece);
                try (NDManager one = scope.newSubManager()) {
                    NDArray logits = network.logits(one, positionsOf(one, hidden, from, to));
                    if (unconditional != null) {
                        NDArray un = network.logits(one, positionsOf(one, unconditional, from, to));
                        logits = statistics.guide(one, logits, un, rules.guidanceScale());
                    }
                    statistics.take(one, logits, rules, into, at + from);
                }
            }
        }
    }

    /** After the last norm, for the positions whose logits are wanted: {@code [r N, E]}. */
    private NDArray hidden(NDManager scope, NDArray promptPart, NDArray which, NDArray x, NDArray mask) {
        NDArray input = statistics.assemble(scope, promptPart, which, x);
        int shift = info.logitsPredictNext() ? 1 : 0;
        int from = promptLength - shift;
        return network.hidden(scope, input, mask, from, from + length).reshape(-1, info.embeddingSize());
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

    private void requireNumbers(Prediction prediction) {
        for (int i = 0; i < prediction.logSumExp().length; i++) {
            if (!Float.isFinite(prediction.logSumExp()[i])) {
                throw new ArithmeticException("the logits of " + info.name() + " at response position " + i % length
                        + " are not finite (log-sum-exp " + prediction.logSumExp()[i] + ")");
            }
        }
    }

    @Override
    public void mix(float[] keep, float[] toToken, float[] toMask, int[] token) {
        int positions = rows() * length;
        requireLength("keep", keep.length, positions);
        requireLength("toToken", toToken.length, positions);
        requireLength("toMask", toMask.length, positions);
        requireLength("token", token.length, positions);
        PromptBatch.requireIds(token, info);
        if (positions == 0) {
            return;
        }
        float[] coefficients = new float[3 * positions];
        System.arraycopy(keep, 0, coefficients, 0, positions);
        System.arraycopy(toToken, 0, coefficients, positions, positions);
        System.arraycopy(toMask, 0, coefficients, 2 * positions, positions);
        try (NDManager scope = manager.newSubManager()) {
            NDArray c = scope.create(coefficients, new Shape(3, rows(), length, 1));
            NDArray ids = scope.create(widened(token), new Shape(rows(), length));
            statistics.mix(scope, states, c, network.embed(scope, ids), maskEmbedding);
        }
        allMasked = false;
    }

    @Override
    public void setMixtures(int[] tokens, float[] weights, int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
        int positions = rows() * length;
        requireLength("tokens", tokens.length, positions * k);
        requireLength("weights", weights.length, positions * k);
        PromptBatch.requireIds(tokens, info);
        if (positions == 0) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray ids = scope.create(widened(tokens), new Shape(positions, k));
            NDArray w = scope.create(weights, new Shape(positions, k));
            statistics.mixture(scope, states, network.embed(scope, ids), w);
        }
        allMasked = false;
    }

    private static long[] widened(int[] ids) {
        long[] wide = new long[ids.length];
        Arrays.setAll(wide, i -> ids[i]);
        return wide;
    }

    private static void requireLength(String name, int actual, int expected) {
        if (actual != expected) {
            throw new IllegalArgumentException(name + " must have " + expected + " entries, had " + actual);
        }
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
        promptOf = Arrays.stream(keep).map(row -> promptOf[row]).toArray();
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
