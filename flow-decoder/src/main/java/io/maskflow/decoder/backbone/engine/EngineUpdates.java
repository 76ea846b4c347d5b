package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import java.util.Arrays;

/** The affine updates of states in the engine: arguments checked, embeddings looked up, one call each. */
final class EngineUpdates {

    private final MaskedNetwork network;
    private final BackboneInfo info;
    private final Statistics statistics;
    private final NDArray maskEmbedding;
    private final NDManager manager;

    EngineUpdates(MaskedNetwork network, Statistics statistics, NDArray maskEmbedding, NDManager manager) {
        this.network = network;
        this.info = network.info();
        this.statistics = statistics;
        this.maskEmbedding = maskEmbedding;
        this.manager = manager;
    }

    /** {@link DecodingSession#mix} on states {@code [R, N, E]}. */
    void mix(NDArray states, float[] keep, float[] toToken, float[] toMask, int[] token) {
        int positions = positions(states);
        requireLength("keep", keep.length, positions);
        requireLength("toToken", toToken.length, positions);
        requireLength("toMask", toMask.length, positions);
        requireLength("token", token.length, positions);
        PromptBatch.requireIds(token, info);
        if (positions == 0) {
            return;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray c = scope.create(stacked(keep, toToken, toMask), shape(3, states));
            NDArray ids = scope.create(
                    widened(token),
                    new Shape(states.getShape().get(0), states.getShape().get(1)));
            statistics.mix(scope, states, c, network.embed(scope, ids), maskEmbedding);
        }
    }

    /** {@link DecodingSession#travel} on states {@code [R, N, E]}. */
    void travel(NDArray states, Interpolation road, float[] fraction, boolean[] fromMask, int[] token) {
        int positions = positions(states);
        requireLength("fraction", fraction.length, positions);
        requireLength("fromMask", fromMask.length, positions);
        requireLength("token", token.length, positions);
        PromptBatch.requireIds(token, info);
        if (positions == 0) {
            return;
        }
        float[] setsOut = new float[positions];
        for (int i = 0; i < positions; i++) {
            setsOut[i] = fromMask[i] ? 1f : 0f;
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray c = scope.create(stacked(fraction, setsOut), shape(2, states));
            NDArray ids = scope.create(
                    widened(token),
                    new Shape(states.getShape().get(0), states.getShape().get(1)));
            statistics.travel(scope, road, states, c, network.embed(scope, ids), maskEmbedding);
        }
    }

    /** {@link DecodingSession#blend} on states {@code [R, N, E]}; {@code expected} of the same shape, or null. */
    void blend(
            NDArray states,
            NDArray expected,
            float[] keep,
            float[] toMask,
            float[] toExpected,
            int[] token,
            float[] toToken,
            int k) {
        if (k < 1) {
            throw new IllegalArgumentException("k must be at least 1, was " + k);
        }
        int positions = positions(states);
        requireLength("keep", keep.length, positions);
        requireLength("toMask", toMask.length, positions);
        requireLength("toExpected", toExpected.length, positions);
        requireLength("token", token.length, positions * k);
        requireLength("toToken", toToken.length, positions * k);
        PromptBatch.requireIds(token, info);
        if (positions == 0) {
            return;
        }
        boolean wanted = false;
        for (float share : toExpected) {
            wanted |= share != 0f;
        }
        if (wanted && expected == null) {
            throw new IllegalStateException(
                    "an expected embedding is wanted, but the last model call was not asked for it");
        }
        try (NDManager scope = manager.newSubManager()) {
            NDArray c = scope.create(stacked(keep, toExpected, toMask), shape(3, states));
            NDArray ids = scope.create(widened(token), new Shape(positions, k));
            NDArray shares = scope.create(toToken, new Shape(positions, k));
            NDArray mean = wanted ? expected : states;
            statistics.blend(scope, states, c, mean, network.embed(scope, ids), shares, maskEmbedding);
        }
    }

    private static int positions(NDArray states) {
        return (int) (states.getShape().get(0) * states.getShape().get(1));
    }

    private static Shape shape(int coefficients, NDArray states) {
        return new Shape(
                coefficients, states.getShape().get(0), states.getShape().get(1), 1);
    }

    private static float[] stacked(float[]... parts) {
        float[] all = new float[parts.length * parts[0].length];
        for (int i = 0; i < parts.length; i++) {
            System.arraycopy(parts[i], 0, all, i * parts[0].length, parts[0].length);
        }
        return all;
    }

    private static long[] widened(int[] ids) {
        long[] wide = new long[ids.length];
        Arrays.setAll(wide, i -> ids[i]);
        return wide;
    }

    static void requireLength(String name, int actual, int expected) {
        if (actual != expected) {
            throw new IllegalArgumentException(name + " must have " + expected + " entries, had " + actual);
        }
    }
}
