package io.maskflow.rollout.spark;

import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.rollout.BackboneSource;
import io.maskflow.rollout.ClusterSettings;
import io.maskflow.rollout.Fleet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaFutureAction;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.storage.StorageLevel;
import org.apache.spark.util.CollectionAccumulator;

/**
 * A fleet whose workers are executors of a cluster. {@code map} is one job with one task per argument, collected in input
 * order; what is held is the same, kept where it was computed and computed again from its arguments when an executor is
 * lost.
 *
 * <p>A task that throws is tried again elsewhere, as the cluster is set to; after the last attempt the caller gets what it
 * threw. Used from one thread.
 */
final class SparkFleet implements Fleet {

    private static final long POLL_MILLIS = 100;

    private final JavaSparkContext context;
    private final Spot spot;

    SparkFleet(JavaSparkContext context, BackboneSource source, ClusterSettings settings) {
        this.context = context;
        boolean oneAttempt = settings.master().matches("local(\\[[^,]*])?");
        int attempts = oneAttempt ? 1 : context.getConf().getInt("spark.task.maxFailures", 4);
        this.spot = new Spot(source, settings.devices(), attempts);
    }

    /**
     * Where a task is, as it finds out there.
     *
     * @param attempts after how many attempts a failure is final
     */
    private record Spot(BackboneSource source, List<String> devices, int attempts) implements Serializable {

        <R> Outcome<R> use(Function<MaskPredictor, R> work) {
            String device = WorkerBackbones.device(devices, TaskContext.get().resourcesJMap());
            return attempt(() -> WorkerBackbones.with(source, device, work));
        }

        <R> Outcome<R> attempt(java.util.function.Supplier<R> work) {
            try {
                return Outcome.of(work.get());
            } catch (RuntimeException failure) {
                if (TaskContext.get().attemptNumber() + 1 < attempts) {
                    throw failure;
                }
                return Outcome.failed(failure);
            }
        }
    }

    /** A task with a worker's base model. */
    private record Work<A, R>(Spot spot, Task<A, R> task)
            implements Function2<Integer, Iterator<A>, Iterator<Outcome<R>>> {
        @Override
        public Iterator<Outcome<R>> call(Integer place, Iterator<A> argument) {
            A only = argument.next();
            return List.of(spot.use(backbone -> task.run(backbone, only))).iterator();
        }
    }

    /** A task on what is held; its arguments go out with it. */
    private record HeldWork<H, B, R>(Spot spot, ArrayList<B> arguments, HeldTask<H, B, R> task)
            implements Function2<Integer, Iterator<Outcome<H>>, Iterator<Outcome<R>>> {
        @Override
        public Iterator<Outcome<R>> call(Integer place, Iterator<Outcome<H>> held) {
            Outcome<H> made = held.next();
            return List.of(
                            made.failure() != null
                                    ? Outcome.<R>failed(made.failure())
                                    : spot.attempt(() -> task.run(made.value(), arguments.get(place))))
                    .iterator();
        }
    }

    /** What has come of a place, on its way to the driver with the news that its task has ended. */
    private record Arrival<R>(int place, Outcome<R> outcome) implements Serializable {}

    /** Sends each outcome as soon as its task has ended; they are collected in order at the end as well. */
    private record Sending<R>(CollectionAccumulator<Arrival<R>> arrivals)
            implements Function2<Integer, Iterator<Outcome<R>>, Iterator<Outcome<R>>> {
        @Override
        public Iterator<Outcome<R>> call(Integer place, Iterator<Outcome<R>> outcome) {
            Outcome<R> only = outcome.next();
            arrivals.add(new Arrival<>(place, only));
            return List.of(only).iterator();
        }
    }

    @Override
    public <A, R> List<R> map(List<A> arguments, Task<A, R> task, BiConsumer<A, R> done) {
        return arguments.isEmpty() ? List.of() : gathered(results(arguments, task), arguments, done);
    }

    private <A, R> JavaRDD<Outcome<R>> results(List<A> arguments, Task<A, R> task) {
        return context.parallelize(new ArrayList<>(arguments), arguments.size())
                .mapPartitionsWithIndex(new Work<>(spot, task), true);
    }

    @Override
    public <A, H> Held<H> hold(List<A> arguments, Task<A, H> task) {
        if (arguments.isEmpty()) {
            return new Kept<>(0, context.<Outcome<H>>emptyRDD());
        }
        return new Kept<>(
                arguments.size(), this.<A, H>results(arguments, task).persist(StorageLevel.MEMORY_AND_DISK()));
    }

    private final class Kept<H> implements Held<H> {
        private final int count;
        private final JavaRDD<Outcome<H>> results;

        Kept(int count, JavaRDD<Outcome<H>> results) {
            this.count = count;
            this.results = results;
        }

        @Override
        public <B, R> List<R> map(List<B> arguments, HeldTask<H, B, R> task, BiConsumer<B, R> done) {
            Held.requireOneEach(count, arguments.size());
            if (count == 0) {
                return List.of();
            }
            JavaRDD<Outcome<R>> mapped =
                    results.mapPartitionsWithIndex(new HeldWork<>(spot, new ArrayList<>(arguments), task), true);
            return gathered(mapped, arguments, done);
        }

        @Override
        public void close() {
            results.unpersist(false);
        }
    }

    /** Collects in order; meanwhile tells what has ended. */
    private <A, R> List<R> gathered(JavaRDD<Outcome<R>> results, List<A> arguments, BiConsumer<A, R> done) {
        CollectionAccumulator<Arrival<R>> arrivals = context.sc().collectionAccumulator();
        JavaFutureAction<List<Outcome<R>>> job =
                results.mapPartitionsWithIndex(new Sending<>(arrivals), true).collectAsync();
        boolean[] told = new boolean[arguments.size()];
        try {
            while (true) {
                try {
                    List<Outcome<R>> all = job.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                    List<R> values = values(all);
                    tell(arrivals, told, arguments, done);
                    return values;
                } catch (TimeoutException running) {
                    tell(arrivals, told, arguments, done);
                }
            }
        } catch (ExecutionException lost) {
            throw new IllegalStateException(
                    "the cluster could not finish a job: " + firstLine(lost.getCause()), lost.getCause());
        } catch (InterruptedException e) {
            job.cancel(true);
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the cluster was at work", e);
        } catch (RuntimeException stopped) {
            job.cancel(true);
            throw stopped;
        }
    }

    private static <A, R> void tell(
            CollectionAccumulator<Arrival<R>> arrivals, boolean[] told, List<A> arguments, BiConsumer<A, R> done) {
        for (Arrival<R> arrival : arrivals.value()) {
            if (!told[arrival.place()] && arrival.outcome().failure() == null) {
                told[arrival.place()] = true;
                done.accept(arguments.get(arrival.place()), arrival.outcome().value());
            }
        }
    }

    private static <R> List<R> values(List<Outcome<R>> outcomes) {
        List<R> values = new ArrayList<>();
        for (Outcome<R> outcome : outcomes) {
            if (outcome.failure() != null) {
                throw outcome.failure();
            }
            values.add(outcome.value());
        }
        return values;
    }

    private static String firstLine(Throwable cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse(cause.toString());
    }

    @Override
    public int workers() {
        return context.defaultParallelism();
    }

    /** The application ends with the last fleet of this process. */
    @Override
    public void close() {
        ClusterContext.close();
    }
}
