package io.maskflow.alignment;

import io.maskflow.alignment.data.BatchOrder;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import java.util.List;

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
        List<TrainingExample> examples = order.batch(number);
        int[] answers = examples.stream().mapToInt(e -> e.answerIds().length).toArray();
        int[] lengths = training.endTokens().lengths(answers, training.responseLength(), training.seed(), number);
        return TrainingBatch.of(examples, lengths, tokens, training.corruption().draw(number, lengths));
    }

    /** The same examples with given masks, every response filled with end tokens. */
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
