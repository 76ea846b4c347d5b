package io.maskflow.rollout;

import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Threads of this JVM, one backbone each: the default, with no dependency. */
public final class InProcessFleet implements Fleet {

    private final List<MaskPredictor> owned = new ArrayList<>();
    private final BlockingQueue<MaskPredictor> idle;
    private final ExecutorService threads;
    private final int workers;

    /**
     * Opens the workers' backbones; if one cannot be opened those before it are closed again.
     *
     * @param workers threads, at least 1
     * @param backbones opens one backbone per call
     */
    public InProcessFleet(int workers, Supplier<MaskPredictor> backbones) {
        if (workers < 1) {
            throw new IllegalArgumentException("fleet.workers must be at least 1, was " + workers);
        }
        this.workers = workers;
        this.idle = new ArrayBlockingQueue<>(workers);
        try {
            for (int worker = 0; worker < workers; worker++) {
                MaskPredictor backbone = backbones.get();
                owned.add(backbone);
                idle.add(backbone);
            }
        } catch (RuntimeException | Error e) {
            owned.forEach(MaskPredictor::close);
            throw e;
        }
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(workers, runnable -> {
            Thread thread = new Thread(runnable, "rollout-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * One worker for each entry of a list of devices.
     *
     * @param devices {@code cpu} or {@code gpu:N}, repeated for several workers on one device
     * @param source opens the backbones
     */
    public static InProcessFleet on(List<String> devices, BackboneSource source) {
        Iterator<String> next = devices.iterator();
        return new InProcessFleet(devices.size(), () -> source.open(next.next()));
    }

    @Override
    public <A, R> List<R> map(List<A> arguments, Task<A, R> task, BiConsumer<A, R> done) {
        AtomicBoolean failed = new AtomicBoolean();
        List<Future<R>> futures = new ArrayList<>();
        for (A argument : arguments) {
            futures.add(threads.submit(() -> {
                if (failed.get()) {
                    return null; // an earlier task failed: its exception is what the caller gets
                }
                MaskPredictor backbone = idle.take();
                try {
                    R result = task.run(backbone, argument);
                    done.accept(argument, result);
                    return result;
                } catch (RuntimeException | Error e) {
                    failed.set(true);
                    throw e;
                } finally {
                    idle.add(backbone);
                }
            }));
        }
        return inOrder(futures);
    }

    private static <R> List<R> inOrder(List<Future<R>> futures) {
        List<R> results = new ArrayList<>();
        Throwable failure = null;
        boolean interrupted = false;
        // Wait for every task even after a failure: no worker may still be busy when the caller goes on.
        for (Future<R> future : futures) {
            while (true) {
                try {
                    results.add(future.get());
                } catch (InterruptedException e) {
                    interrupted = true;
                    continue;
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                }
                break;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            throw new IllegalStateException("a rollout worker failed: " + failure, failure);
        }
        return results;
    }

    @Override
    public <A, H> Held<H> hold(List<A> arguments, Task<A, H> task) {
        return new Kept<>(arguments, task);
    }

    /** What is held in this JVM is an array that fills up as it is asked for. */
    private final class Kept<A, H> implements Held<H> {
        private final List<A> made;
        private final Task<A, H> task;
        private final AtomicReferenceArray<H> results;

        Kept(List<A> arguments, Task<A, H> task) {
            this.made = List.copyOf(arguments);
            this.task = task;
            this.results = new AtomicReferenceArray<>(made.size());
        }

        @Override
        public <B, R> List<R> map(List<B> arguments, HeldTask<H, B, R> next, BiConsumer<B, R> done) {
            Held.requireOneEach(made.size(), arguments.size());
            List<Integer> places = IntStream.range(0, made.size()).boxed().toList();
            return InProcessFleet.this.map(
                    places,
                    (backbone, place) -> next.run(result(backbone, place), arguments.get(place)),
                    (place, result) -> done.accept(arguments.get(place), result));
        }

        private H result(MaskPredictor backbone, int place) {
            H result = results.get(place);
            if (result == null) {
                result = task.run(backbone, made.get(place));
                results.set(place, result);
            }
            return result;
        }

        @Override
        public void close() {
            for (int place = 0; place < results.length(); place++) {
                results.set(place, null);
            }
        }
    }

    @Override
    public int workers() {
        return workers;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        owned.forEach(MaskPredictor::close);
    }
}
