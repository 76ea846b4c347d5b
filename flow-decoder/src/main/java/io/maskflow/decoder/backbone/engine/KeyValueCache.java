package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;

/**
 * Keys and values of every block for the rows of a session, as earlier calls left them: one array {@code [R, C, H, D]}
 * for the keys and one for the values of each block, C the length of prompt and response. Made when something is kept for
 * the first time. What is kept starts at position 0, so one number per row says how far it reaches.
 */
final class KeyValueCache implements AutoCloseable {

    private final NDManager manager;
    private final Statistics statistics;
    private final int positions;
    private NDList kept = new NDList();
    private int[] keptTo;

    KeyValueCache(NDManager parent, Statistics statistics, int rows, int positions) {
        this.manager = parent.newSubManager();
        this.statistics = statistics;
        this.positions = positions;
        this.keptTo = new int[rows];
    }

    /**
     * Refuses positions that were never kept.
     *
     * @param rows the rows that need them
     * @param first end of the positions needed before the fed ones
     * @param behind end of the fed positions
     * @param keysTo end of the positions needed behind them
     */
    void require(int[] rows, int first, int behind, int keysTo) {
        int needed = keysTo > behind ? keysTo : first;
        for (int row : rows) {
            if (keptTo[row] < needed) {
                throw new IllegalStateException("row " + row + " attends to cached positions up to " + needed
                        + " of prompt and response, kept are those up to " + keptTo[row]);
            }
        }
    }

    /** The arrays for some rows, in the order of the blocks; owned by {@code scope} unless all rows are asked for. */
    NDList of(NDManager scope, int[] rows) {
        if (rows.length == keptTo.length) {
            return kept;
        }
        NDArray which = scope.create(Arrays.stream(rows).asLongStream().toArray());
        NDList some = new NDList(kept.size());
        kept.forEach(array -> some.add(statistics.rows(scope, array, which)));
        return some;
    }

    /**
     * Keeps keys and values.
     *
     * @param scope for passing arrays
     * @param rows their rows
     * @param first their first position
     * @param fresh {@code k0, v0, k1, v1 ...}, each {@code [rows, L, H, D]}
     */
    void keep(NDManager scope, int[] rows, int first, NDList fresh) {
        if (kept.isEmpty()) {
            fresh.forEach(array -> kept.add(statistics.room(manager, array, keptTo.length, positions)));
        }
        NDArray which = scope.create(Arrays.stream(rows).asLongStream().toArray());
        for (int n = 0; n < fresh.size(); n++) {
            statistics.keep(scope, kept.get(n), fresh.get(n), which, first);
        }
        int to = first + (int) fresh.get(0).getShape().get(1);
        for (int row : rows) {
            keptTo[row] = Math.max(keptTo[row], to);
        }
    }

    /** Drops the other rows. */
    void retainRows(int[] rows) {
        NDList fewer = new NDList(kept.size());
        NDArray which = manager.create(Arrays.stream(rows).asLongStream().toArray());
        kept.forEach(array -> fewer.add(statistics.rows(manager, array, which)));
        which.close();
        kept.close();
        kept = fewer;
        keptTo = Arrays.stream(rows).map(row -> keptTo[row]).toArray();
    }

    /** Takes further rows in, of which nothing is kept yet. */
    void join(int more) {
        if (!kept.isEmpty()) {
            NDList wider = new NDList(kept.size());
            for (NDArray array : kept) {
                long[] shape = array.getShape().getShape();
                shape[0] = more;
                try (NDArray room = manager.zeros(new Shape(shape), array.getDataType())) {
                    wider.add(array.concat(room, 0));
                }
            }
            kept.close();
            kept = wider;
        }
        keptTo = Arrays.copyOf(keptTo, keptTo.length + more);
    }

    @Override
    public void close() {
        manager.close();
    }
}
