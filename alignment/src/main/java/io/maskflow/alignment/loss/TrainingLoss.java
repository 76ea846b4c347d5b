package io.maskflow.alignment.loss;

import java.util.List;

/**
 * A loss of the training program: two of its methods, with the transformer's blocks between them.
 *
 * @param inputs method that makes the input embeddings {@code [B, T, E]} of {@code (weights, ids, ...)}
 * @param inputArguments what it takes further: tensors and lists of tensors
 * @param learnsInputs whether trained parameters are among these
 * @param head method that makes the loss, a scalar, and what else there is, of {@code (weights, residual stream, target, ...)}
 * @param headArguments what it takes further
 */
public record TrainingLoss(
        String inputs, List<Object> inputArguments, boolean learnsInputs, String head, List<Object> headArguments) {

    /** A loss of the embeddings of the batch's ids. */
    public static TrainingLoss of(String head, Object... headArguments) {
        return new TrainingLoss("clean_inputs", List.of(), false, head, List.of(headArguments));
    }

    /** The same loss of other embeddings. */
    public TrainingLoss on(String inputs, Object... inputArguments) {
        return new TrainingLoss(inputs, List.of(inputArguments), false, head, headArguments);
    }

    /** The same loss of embeddings that have trained parameters of their own. */
    public TrainingLoss onLearned(String inputs, Object... inputArguments) {
        return new TrainingLoss(inputs, List.of(inputArguments), true, head, headArguments);
    }
}
