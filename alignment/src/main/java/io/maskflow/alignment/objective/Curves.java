package io.maskflow.alignment.objective;

import io.maskflow.alignment.loss.TrainingBatch;

/** Means over the masked or the unmasked positions of a batch: the points of the training curves. */
final class Curves {

    private Curves() {}

    /**
     * Mean of {@code value} over the counted positions that are masked, or over those that are not.
     *
     * @param batch the batch
     * @param value {@code [B * N]}
     * @param masked which positions
     * @return the mean, NaN if there is no such position
     */
    static double meanWhere(TrainingBatch batch, float[] value, boolean masked) {
        int N = batch.responseLength();
        double sum = 0;
        int count = 0;
        for (int j = 0; j < value.length; j++) {
            if (batch.counted()[j / N][j % N] && batch.masked()[j / N][j % N] == masked) {
                sum += value[j];
                count++;
            }
        }
        return sum / count;
    }
}
