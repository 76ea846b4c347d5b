package io.maskflow.alignment.loss;

import io.maskflow.alignment.data.BatchOrder;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.alignment.recipe.MaskCorruption;
import io.maskflow.alignment.recipe.TrainingConfig;
import java.util.List;

/** The batches of a run with their masks: functions of the batch number. */
public final class TrainingBatches {

    private final TrainingConfig training;
    private final BatchOrder order;
    private final TrainingBatch.SpecialTokens tokens;

    /**
     * Batches drawn from examples.
     *
     * @param training seed, sizes, mask ratios
     * @param examples prompts and answers
     * @param tokens ids of mask, end and padding
     */
    public TrainingBatches(TrainingConfig training, TrainingExamples examples, TrainingBatch.SpecialTokens tokens) {
        this.training = training;
        this.order = new BatchOrder(examples, training.batchSize(), training.seed());
        this.tokens = tokens;
    }

    /** Batch {@code number}, response positions masked at random ratios. */
    public TrainingBatch batch(long number) {
        List<TrainingExample> examples = order.batch(number);
        int[] answers = examples.stream().mapToInt(e -> e.answerIds().length).toArray();
        int[] lengths = training.endTokens().lengths(answers, training.responseLength(), training.seed(), number);
        return TrainingBatch.of(examples, lengths, tokens, training.corruption().draw(number, lengths));
    }

    /** The same examples with given masks, every response filled with end tokens. */
    public TrainingBatch masked(long number, MaskCorruption.Masks masks) {
        return TrainingBatch.of(order.batch(number), training.responseLength(), tokens, masks);
    }

    /** The settings that batches are drawn by. */
    public TrainingConfig training() {
        return training;
    }

    /** The ids of mask, end and padding. */
    public TrainingBatch.SpecialTokens tokens() {
        return tokens;
    }
}
