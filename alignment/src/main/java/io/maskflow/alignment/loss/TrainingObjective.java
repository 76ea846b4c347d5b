package io.maskflow.alignment.loss;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/** What a training step minimises, as a function of the batch number. */
public interface TrainingObjective {

    /**
     * Computes loss and gradients of one batch.
     *
     * @param scope owner of everything made here
     * @param batch number of the batch, counted from 0 over the whole run
     * @param backward to be called with the loss, or with each of its terms as soon as it is there
     * @return the loss and what else there is to log
     */
    Value loss(NDManager scope, long batch, Backward backward);

    /** Adds the gradients of a term. */
    interface Backward {

        /**
         * Differentiates; the graph of the term is gone afterwards.
         *
         * @param term a scalar in the gradient graph
         */
        void of(NDArray term);
    }

    /** After the last step: what was learned beside the weights, written into the folder of the model. */
    default void writeBeside(java.nio.file.Path model) throws java.io.IOException {}

    /**
     * Loss of a batch.
     *
     * @param loss its value
     * @param tokens tokens read
     * @param metrics further numbers by name
     */
    record Value(double loss, int tokens, Map<String, Double> metrics) {}
}
