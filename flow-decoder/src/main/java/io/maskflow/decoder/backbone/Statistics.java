package io.maskflow.decoder.backbone;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.Map;

/**
 * Statistics of logits and the affine updates of states, computed inside the engine (resource
 * {@code statistics.torchscript}).
 *
 * @paper XF Eq. 2
 * @paper XF Eq. 9
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

    /** Fills {@code into} from position {@code at} with the statistics of {@code logits [M, V]}, which are changed. */
    void take(NDManager scope, NDArray logits, LogitRules rules, Prediction into, int at) {
        int k = into.k();
        NDList result = program.infer(
                scope, "statistics", logits, ids(rules.suppressed()), ids(rules.suppressedInConfidence()), k);
        float[] floats = result.get(0).toFloatArray(); // [M, 3 + K]
        int[] ids = result.get(1).toIntArray(); // [M, 1 + K]
        int count = ids.length / (1 + k);
        for (int i = 0; i < count; i++) {
            into.argmaxProbability()[at + i] = floats[i * (3 + k)];
            into.logSumExp()[at + i] = floats[i * (3 + k) + 1];
            into.entropy()[at + i] = floats[i * (3 + k) + 2];
            System.arraycopy(floats, i * (3 + k) + 3, into.topProbability(), (at + i) * k, k);
            into.argmax()[at + i] = ids[i * (1 + k)];
            System.arraycopy(ids, i * (1 + k) + 1, into.topId(), (at + i) * k, k);
        }
    }

    private static long[] ids(java.util.List<Integer> ids) {
        return ids.stream().mapToLong(Integer::longValue).toArray();
    }

    /** Prompts {@code which} of {@code [U, P, E]} beside the states {@code [R, N, E]}: {@code [R, P + N, E]}. */
    NDArray assemble(NDManager scope, NDArray prompts, NDArray which, NDArray states) {
        return program.infer(scope, "assemble", prompts, which, states).singletonOrThrow();
    }

    /** Rows {@code which} of an array. */
    NDArray rows(NDManager scope, NDArray array, NDArray which) {
        return program.infer(scope, "rows", array, which).singletonOrThrow();
    }

    /** {@code x = keep x + toToken E[token] + toMask m} in place; {@code c [3, R, N, 1]}. */
    void mix(NDManager scope, NDArray x, NDArray c, NDArray tokenEmbedding, NDArray m) {
        program.infer(scope, "mix", x, c, tokenEmbedding, m);
    }

    /** {@code x[from .. from + R) = sum_k weight_k E[token_k]} in place; {@code embedding [R N, K, E]}. */
    void mixture(NDManager scope, NDArray x, NDArray embedding, NDArray weights) {
        Shape shape = embedding.getShape();
        program.infer(scope, "mixture", x, embedding, weights.reshape(shape.get(0), 1, shape.get(1)));
    }

    @Override
    public void close() {
        program.close();
    }
}
