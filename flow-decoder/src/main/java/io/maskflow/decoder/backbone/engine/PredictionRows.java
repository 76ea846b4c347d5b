package io.maskflow.decoder.backbone.engine;

import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Which rows go through a model call together, and the arrays of a prediction before and after it. */
final class PredictionRows {

    private PredictionRows() {}

    /** Rows with equal windows are computed together. */
    static Map<Window, int[]> byWindow(List<Window> windows) {
        Map<Window, int[]> rows = new LinkedHashMap<>();
        for (int row = 0; row < windows.size(); row++) {
            int[] one = {row};
            rows.merge(windows.get(row), one, (some, more) -> {
                int[] all = Arrays.copyOf(some, some.length + 1);
                all[some.length] = more[0];
                return all;
            });
        }
        return rows;
    }

    /** Zeros for {@code positions} response positions. */
    static Prediction blank(LogitRules rules, int positions) {
        int k = rules.topK();
        boolean tempered = rules.expectationTemperature() > 0;
        return new Prediction(
                new int[positions],
                new float[positions],
                new int[rules.topIds() ? positions * k : 0],
                new float[positions * k],
                new float[positions],
                new float[positions],
                new float[tempered ? positions : 0],
                k);
    }

    /** Every row gets the prediction of the first row of its prompt. */
    static void spread(Prediction all, int[] owners, int rows, int length) {
        int owner = 0;
        for (int row = 0; row < rows; row++) {
            if (owner + 1 < owners.length && owners[owner + 1] == row) {
                owner++;
            }
            int from = owners[owner];
            if (from != row) {
                int k = all.k();
                copy(all.argmax(), from, row, length);
                copy(all.argmaxProbability(), from, row, length);
                copy(all.logSumExp(), from, row, length);
                copy(all.entropy(), from, row, length);
                copy(all.temperedEntropy(), from, row, all.temperedEntropy().length == 0 ? 0 : length);
                copy(all.topId(), from, row, all.topId().length == 0 ? 0 : length * k);
                copy(all.topProbability(), from, row, length * k);
            }
        }
    }

    private static void copy(Object array, int fromRow, int toRow, int count) {
        System.arraycopy(array, fromRow * count, array, toRow * count, count);
    }

    /** Refuses logits that are no numbers. */
    static void requireNumbers(Prediction prediction, int length, String model) {
        for (int i = 0; i < prediction.logSumExp().length; i++) {
            if (!Float.isFinite(prediction.logSumExp()[i])) {
                throw new ArithmeticException("the logits of " + model + " at response position " + i % length
                        + " are not finite (log-sum-exp " + prediction.logSumExp()[i] + ")");
            }
        }
    }
}
