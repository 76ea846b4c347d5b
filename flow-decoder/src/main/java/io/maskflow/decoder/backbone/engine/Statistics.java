package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Shaping;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.Arrays;
import java.util.Map;
import java.util.function.IntUnaryOperator;

/**
 * Statistics of logits and the affine updates of states, computed inside the engine (resource
 * {@code statistics.torchscript}).
 *
 * @paper XF Eq. 2
 */
final class Statistics implements AutoCloseable {

    private final TorchScript program;

    Statistics(NDManager manager) {
        program = TorchScript.loadResource(manager, Statistics.class, "statistics.torchscript", Map.of());
    }

    /** {@code un + (s + 1)(cond - un)}, in the memory of {@code cond}. */
    NDArray guide(NDManager scope, NDArray cond, NDArray un, float s) {
        return program.infer(scope, "guide", cond, un, s).singletonOrThrow();
    }

    /**
     * Takes the statistics of {@code logits [M, V]}, which are changed.
     *
     * @param into receives them
     * @param place for each of the M, its position in {@code into}
     */
    void take(NDManager scope, NDArray logits, LogitRules rules, Prediction into, IntUnaryOperator place) {
        int k = into.k();
        NDArray judged = logits;
        NDList chosen = new NDList();
        if (rules.shaping().draws() || rules.shaping().changes()) {
            NDList shaped = shaped(scope, logits, rules, place);
            judged = shaped.get(0);
            chosen = shaped.subNDList(1);
        }
        NDList result = program.infer(
                scope,
                "statistics",
                judged,
                ids(rules.suppressed()),
                ids(rules.suppressedInConfidence()),
                k,
                rules.topIds(),
                chosen);
        float[] floats = result.get(0).toFloatArray(); // [M, 3 + K]
        int[] ids = result.get(1).toIntArray(); // [M, 1 + K], or [M, 1] without names
        int names = rules.topIds() ? k : 0;
        int count = ids.length / (1 + names);
        for (int i = 0; i < count; i++) {
            int at = place.applyAsInt(i);
            into.argmaxProbability()[at] = floats[i * (3 + k)];
            into.logSumExp()[at] = floats[i * (3 + k) + 1];
            into.entropy()[at] = floats[i * (3 + k) + 2];
            System.arraycopy(floats, i * (3 + k) + 3, into.topProbability(), at * k, k);
            into.argmax()[at] = ids[i * (1 + names)];
            System.arraycopy(ids, i * (1 + names) + 1, into.topId(), at * names, names);
        }
    }

    /** The logits to be judged, and the tokens {@code [M, 1]} if any are drawn. */
    private NDList shaped(NDManager scope, NDArray logits, LogitRules rules, IntUnaryOperator place) {
        Shaping shaping = rules.shaping();
        NDList uniform = new NDList();
        if (shaping.draws()) {
            double[] u = new double[(int) logits.getShape().get(0)];
            Arrays.setAll(u, i -> rules.draws()[place.applyAsInt(i)]);
            uniform.add(scope.create(u));
        }
        return program.infer(
                scope,
                "shaped",
                logits,
                ids(rules.suppressed()),
                shaping.temperature(),
                shaping.topP(),
                shaping.topK(),
                shaping.crossing(),
                shaping.topKFirst(),
                shaping.judged(),
                shaping.never(),
                uniform);
    }

    /**
     * Writes {@code sum_v softmax(z / temperature)_v E[v]} for {@code logits [M, V]} into {@code into [R, N, E]} at
     * {@code places [M]}, and the entropy of that distribution into the statistics. The embedding is looked up in pieces, so that a large vocabulary needs no second copy of it.
     */
    void expect(
            NDManager scope,
            NDArray logits,
            LogitRules rules,
            MaskedNetwork network,
            NDArray into,
            Prediction statistics,
            long[] places,
            int numbersAtOnce) {
        BackboneInfo info = network.info();
        NDList tempered =
                program.infer(scope, "tempered", logits, ids(rules.suppressed()), rules.expectationTemperature());
        NDArray p = tempered.get(0);
        float[] entropy = tempered.get(1).toFloatArray();
        for (int i = 0; i < entropy.length; i++) {
            statistics.temperedEntropy()[(int) places[i]] = entropy[i];
        }
        NDArray at = scope.create(places);
        int piece = Math.max(1, numbersAtOnce / info.embeddingSize());
        for (int from = 0; from < info.vocabularySize(); from += piece) {
            int to = Math.min(info.vocabularySize(), from + piece);
            try (NDManager some = scope.newSubManager()) {
                long[] tokens = new long[to - from];
                for (int v = 0; v < tokens.length; v++) {
                    tokens[v] = from + v;
                }
                program.infer(some, "expect", p, network.embed(some, some.create(tokens)), from, into, at);
            }
        }
    }

    private static long[] ids(java.util.List<Integer> ids) {
        return ids.stream().mapToLong(Integer::longValue).toArray();
    }

    /**
     * Positions {@code first .. to} of prompts {@code which} of {@code [U, P, E]} beside the states {@code [R, N, E]}:
     * {@code [R, to - first, E]}.
     */
    NDArray assemble(NDManager scope, NDArray prompts, NDArray which, NDArray states, int first, int to) {
        return program.infer(scope, "assemble", prompts, which, states, first, to)
                .singletonOrThrow();
    }

    /** Positions {@code 0 .. keysTo} of rows {@code which} of {@code visible [U, P + N]}: {@code [R, 1, keysTo]}. */
    NDArray keyMask(NDManager scope, NDArray visible, NDArray which, int keysTo) {
        return program.infer(scope, "key_mask", visible, which, keysTo).singletonOrThrow();
    }

    /**
     * A block-causal mask: position {@code i} of the text sees {@code j} if {@code (j + offset) / block <= (i + offset) / block}.
     *
     * @param pads {@code [U]} int64, positions of padding on the left
     * @param offsets {@code [U]} int64
     * @param which rows of {@code pads}
     * @param first first query
     * @param length queries L
     * @param keysTo keys K
     * @param block length of the blocks
     * @return {@code [R, L, K]} boolean; queries in the padding see everything, so that they stay numbers
     */
    NDArray blockMask(
            NDManager scope,
            NDArray pads,
            NDArray offsets,
            NDArray which,
            int first,
            int length,
            int keysTo,
            int block) {
        return program.infer(scope, "block_mask", pads, offsets, which, first, length, keysTo, block)
                .singletonOrThrow();
    }

    /** Room for keys or values of {@code rows} rows and {@code room} positions, like {@code fresh [B, L, H, D]}. */
    NDArray room(NDManager scope, NDArray fresh, int rows, int room) {
        return program.infer(scope, "room", fresh, rows, room).singletonOrThrow();
    }

    /** Puts {@code fresh [B, L, H, D]} into rows {@code which} of {@code past [R, C, H, D]}, from position {@code first}. */
    void keep(NDManager scope, NDArray past, NDArray fresh, NDArray which, int first) {
        program.infer(scope, "keep", past, fresh, which, first);
    }

    /** Rows {@code which} of an array. */
    NDArray rows(NDManager scope, NDArray array, NDArray which) {
        return program.infer(scope, "rows", array, which).singletonOrThrow();
    }

    /** {@code x = keep x + toToken E[token] + toMask m} in place; {@code c [3, R, N, 1]}. */
    void mix(NDManager scope, NDArray x, NDArray c, NDArray tokenEmbedding, NDArray m) {
        program.infer(scope, "mix", x, c, tokenEmbedding, m);
    }

    /** {@code x} a fraction of a road further, in place; {@code c [2, R, N, 1]}: fraction, 1 where it sets out from m. */
    void travel(NDManager scope, Interpolation road, NDArray x, NDArray c, NDArray tokenEmbedding, NDArray m) {
        boolean restored = road != Interpolation.LERP;
        program.infer(scope, "travel", x, c, tokenEmbedding, m, restored, road == Interpolation.SLERP);
    }

    /**
     * {@code x = keep x + toExpected mean + toMask m + sum_k share_k E[token_k]} in place; {@code c [3, R, N, 1]},
     * {@code embedding [R N, K, E]}, {@code shares [R N, K]}. {@code mean} may be {@code x} where it has no share.
     */
    void blend(NDManager scope, NDArray x, NDArray c, NDArray mean, NDArray embedding, NDArray shares, NDArray m) {
        Shape shape = embedding.getShape();
        program.infer(scope, "blend", x, c, mean, embedding, shares.reshape(shape.get(0), 1, shape.get(1)), m);
    }

    @Override
    public void close() {
        program.close();
    }
}
