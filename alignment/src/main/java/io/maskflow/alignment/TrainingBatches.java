package io.maskflow.alignment;

import io.maskflow.alignment.data.BatchOrder;
import io.maskflow.alignment.data.TrainingExamples;

/** The batches of a run with their masks: functions of the batch number. */
final class TrainingBatches {

    private final TrainingConfig training;
    private final BatchOrder order;
    private final TrainingBatch.SpecialTokens tokens;

    TrainingBatches(TrainingConfig training, TrainingExamples examples, TrainingBatch.SpecialTokens tokens) {
        this.training = training;
        this.order = new BatchOrder(examples, training.batchSize(), training.seed());
        this.tokens = tokens;
    }

    /** Batch {@code number}, response positions masked at random ratios. */
    TrainingBatch batch(long number) {
        return masked(number, training.corruption().draw(number, training.batchSize(), training.responseLength()));
    }

    /** The same examples with given masks. */
    TrainingBatch masked(long number, MaskCorruption.Masks masks) {
        return TrainingBatch.of(order.batch(number), training.responseLength(), tokens, masks);
    }

    TrainingConfig training() {
        return training;
    }

    TrainingBatch.SpecialTokens tokens() {
        return tokens;
    }
}
