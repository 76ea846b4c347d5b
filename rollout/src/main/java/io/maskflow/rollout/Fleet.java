package io.maskflow.rollout;

import io.maskflow.decoder.backbone.MaskPredictor;
import java.io.Serializable;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Who runs a task where. Results come back in input order and depend on the arguments alone: not on the number of
 * workers, their order, which of them ran what, or whether one was lost on the way.
 *
 * <p>Tasks, arguments and results may be sent to other processes: they are {@link Serializable} and hold no thread, file
 * or backbone. What a task captures (a policy, say) is sent once per worker, not once per argument. A task may run twice
 * when a worker is lost, so it writes nothing; what is worth keeping comes back with its result.
 */
public interface Fleet extends AutoCloseable {

    /**
     * Runs a task on some worker, for each argument.
     *
     * @param arguments one per task
     * @param task what to do; must not keep the backbone
     * @param done told arguments and results in this process as tasks end, in any order and possibly by several threads;
     *     what it throws ends the call
     * @return one result per argument, in input order
     * @throws RuntimeException the first failure in input order; tasks that have not started by then may be left out
     */
    <A, R> List<R> map(List<A> arguments, Task<A, R> task, BiConsumer<A, R> done);

    /** {@link #map(List, Task, BiConsumer)} without progress. */
    default <A, R> List<R> map(List<A> arguments, Task<A, R> task) {
        return map(arguments, task, (argument, result) -> {});
    }

    /**
     * Has a task run on some worker, for each argument, and leaves the results where they were made. They are made when
     * they are first asked for; when a worker is lost, its results are made again from the same arguments.
     *
     * @param arguments one per task
     * @param task what to do; must not keep the backbone
     * @return the results, in input order; the caller closes them
     */
    <A, H> Held<H> hold(List<A> arguments, Task<A, H> task);

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
    interface Task<A, R> extends Serializable {
        /**
         * @param backbone the worker's own mask predictor, not used by anybody else meanwhile
         * @param argument what to work on
         */
        R run(MaskPredictor backbone, A argument);
    }

    /**
     * Results that stay with the workers: small arguments go out to them, small results come back.
     *
     * @param <H> what is held
     */
    interface Held<H> extends AutoCloseable {

        /**
         * Runs a task on each result, where it is.
         *
         * @param arguments one per result
         * @param task what to do
         * @param done told arguments and results as of {@link Fleet#map(List, Task, BiConsumer)}
         * @return one result per argument, in input order
         * @throws IllegalArgumentException if there are more or fewer arguments than results
         * @throws RuntimeException as of {@link Fleet#map(List, Task, BiConsumer)}
         */
        <B, R> List<R> map(List<B> arguments, HeldTask<H, B, R> task, BiConsumer<B, R> done);

        /** {@link #map(List, HeldTask, BiConsumer)} without progress. */
        default <B, R> List<R> map(List<B> arguments, HeldTask<H, B, R> task) {
            return map(arguments, task, (argument, result) -> {});
        }

        /** Refuses another number of arguments than of results. */
        static void requireOneEach(int results, int arguments) {
            if (results != arguments) {
                throw new IllegalArgumentException(
                        results + " results are held, " + arguments + " arguments were given");
            }
        }

        /** Lets go of the results. */
        @Override
        void close();
    }

    /**
     * Work on a result that is held.
     *
     * @param <H> what is held
     * @param <B> argument
     * @param <R> result
     */
    @FunctionalInterface
    interface HeldTask<H, B, R> extends Serializable {
        /**
         * @param held what an earlier task left; not to be changed
         * @param argument what to do with it
         */
        R run(H held, B argument);
    }
}
