package io.maskflow.decoder.backbone.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

/**
 * Cosines and sines of rotary position embeddings in the rotate-half layout, {@code [L, 1, D]} float32: channel
 * {@code j} is paired with {@code j + D/2}, {@code inv_freq_j = theta^(-2j/D)}. Angles are rounded to float32 as in the
 * published networks.
 */
public final class RotaryTable implements AutoCloseable {

    private final NDManager manager;
    private final double theta;
    private final int size;
    private int length;
    private NDArray cos;
    private NDArray sin;

    /**
     * An empty table, which grows on use.
     *
     * @param manager owner of the table
     * @param theta base of the frequencies
     * @param size {@code D}, channels that are rotated, even
     */
    public RotaryTable(NDManager manager, double theta, int size) {
        this.manager = manager.newSubManager();
        this.theta = theta;
        this.size = size;
    }

    /**
     * Cosines and sines of a stretch of positions.
     *
     * @param scope owner of the result
     * @param from first position
     * @param to end of the positions, {@code from + L}
     * @return cosines and sines, each {@code [L, 1, D]}
     */
    public NDArray[] between(NDManager scope, int from, int to) {
        if (to > length) {
            grow(Math.max(to, Math.min(2 * length, 1 << 16)));
        }
        NDArray[] tables = {cos.get(scope, 0), sin.get(scope, 0)};
        if (from == 0 && to == length) {
            return tables;
        }
        return new NDArray[] {stretch(tables[0], from, to), stretch(tables[1], from, to)};
    }

    private static NDArray stretch(NDArray table, int from, int to) {
        return from == 0
                ? table.split(new long[] {to}, 0).get(0)
                : table.split(new long[] {from, to}, 0).get(1);
    }

    private void grow(int positions) {
        float[] c = new float[positions * size];
        float[] s = new float[positions * size];
        int half = size / 2;
        for (int j = 0; j < half; j++) {
            float exponent = (float) (2 * j) / size;
            float inverseFrequency = 1f / (float) Math.pow(theta, exponent);
            for (int i = 0; i < positions; i++) {
                float angle = i * inverseFrequency;
                c[i * size + j] = c[i * size + j + half] = (float) Math.cos(angle);
                s[i * size + j] = s[i * size + j + half] = (float) Math.sin(angle);
            }
        }
        if (cos != null) {
            cos.close();
            sin.close();
        }
        cos = manager.create(c, new Shape(1, positions, 1, size));
        sin = manager.create(s, new Shape(1, positions, 1, size));
        length = positions;
    }

    @Override
    public void close() {
        manager.close();
    }
}
