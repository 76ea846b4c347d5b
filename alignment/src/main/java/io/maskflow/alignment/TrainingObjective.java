package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** What a training step minimises: a loss as a function of the batch number. */
interface TrainingObjective {

    /**
     * Computes the loss of one batch with gradients recorded.
     *
     * @param scope owner of everything made here
     * @param batch number of the batch, counted from 0 over the whole run
     * @return the loss and what else there is to log
     */
    Value loss(NDManager scope, long batch);

    /**
     * Loss of a batch.
     *
     * @param loss a scalar in the gradient graph
     * @param tokens tokens read
     * @param metrics further numbers by name
     */
    record Value(NDArray loss, int tokens, Map<String, Double> metrics) {}
}
