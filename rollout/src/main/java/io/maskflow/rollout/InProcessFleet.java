package io.maskflow.rollout;

import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

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

    @Override
    public <A, R> List<R> map(List<A> arguments, Task<A, R> task, Consumer<A> done) {
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
                    done.accept(argument);
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
    public int workers() {
        return workers;
    }

    @Override
    public void close() {
        threads.shutdownNow();
        owned.forEach(MaskPredictor::close);
    }
}
