package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;

/**
 * The stretch of a sequence that a network is fed, and what it attends to.
 *
 * <p>Letters: B rows, L fed positions, C positions that the cache has room for, K positions attended to, all from the
 * first position of the sequence on.
 *
 * @param first place of the first fed position in the sequence, for rotations and for the cache
 * @param keysTo K: end of the positions attended to; those outside {@code first .. first + L} come from {@code past}
 * @param mask empty: all are seen; or one boolean array {@code [B or 1, 1 or L, K]}, true where a query sees a key
 * @param past empty, or rotated keys and values of each block, {@code k0, v0, k1, v1 ...}, each
 *     {@code [B, C, heads, D]}
 * @param from first position wanted, counted from {@code first}
 * @param to end of the positions wanted, counted from {@code first}
 * @param kept whether keys and values of the fed positions are wanted
 */
public record Passage(int first, int keysTo, NDList mask, NDList past, int from, int to, boolean kept) {

    /**
     * A whole sequence.
     *
     * @param visible {@code [B or 1, 1 or L, L]} boolean, or null if every position sees every other
     * @param length L
     * @param from first position wanted
     * @param to end of the positions wanted
     */
    public static Passage whole(NDArray visible, int length, int from, int to) {
        NDList mask = visible == null ? new NDList() : new NDList(visible);
        return new Passage(0, length, mask, new NDList(), from, to, false);
    }
}
