package io.maskflow.rollout;

import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.List;
import java.util.function.Consumer;

/**
 * Who runs a task where. Results come back in input order and depend on the arguments alone: not on the number of
 * workers, their order, or which of them ran what.
 */
public interface Fleet extends AutoCloseable {

    /**
     * Runs a task on some worker, for each argument.
     *
     * @param arguments one per task
     * @param task what to do; must not keep the backbone
     * @param done called as tasks end, in any order, for progress only
     * @return one result per argument, in input order
     * @throws RuntimeException the first failure in input order; no further task is started after a failure
     */
    <A, R> List<R> map(List<A> arguments, Task<A, R> task, Consumer<A> done);

    /** {@link #map(List, Task, Consumer)} without progress. */
    default <A, R> List<R> map(List<A> arguments, Task<A, R> task) {
        return map(arguments, task, argument -> {});
    }

    /** How many tasks can run at a time. */
    int workers();

    @Override
    void close();

    /**
     * A piece of work.
     *
     * @param <A> argument, carries all identity
     * @param <R> result
     */
    @FunctionalInterface
    interface Task<A, R> {
        /**
         * @param backbone the worker's own mask predictor, not used by anybody else meanwhile
         * @param argument what to work on
         */
        R run(MaskPredictor backbone, A argument);
    }
}
