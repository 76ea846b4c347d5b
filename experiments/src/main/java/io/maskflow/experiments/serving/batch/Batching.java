package io.maskflow.experiments.serving.batch;

import ai.djl.engine.EngineException;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.experiments.serving.request.Refusal;
import io.maskflow.experiments.serving.request.ServeSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Continuous batching: workers, each a thread with a copy of the model, take jobs from one queue and decode what they have
 * step by step; jobs join and leave between the steps.
 *
 * <p>Jobs start in the order of their arrival. A worker takes one when it has room and no less to do than the others.
 */
public final class Batching implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Batching.class);

    private final ArrayDeque<Job> waiting = new ArrayDeque<>();
    private final List<Worker> workers = new ArrayList<>();
    private final int maxRows;
    private final int maxWaiting;
    private final boolean together;
    private final Metrics metrics;
    private boolean stopped;

    /**
     * Starts the workers.
     *
     * @param open opens a copy of the model, once per worker
     * @param together whether rows of one shape share their model calls; else each row has its own
     */
    public Batching(ServeSettings settings, Supplier<MaskPredictor> open, boolean together, Metrics metrics) {
        this.maxRows = settings.maxRows();
        this.maxWaiting = settings.maxWaiting();
        this.together = together;
        this.metrics = metrics;
        for (int i = 0; i < settings.workers(); i++) {
            workers.add(new Worker(open.get(), "decode-" + i));
        }
        workers.forEach(Thread::start);
    }

    /**
     * Takes jobs in, all or none.
     *
     * @param accepted runs when they are taken, before any of them goes on
     * @throws Refusal if too many wait, or the server stops
     */
    public synchronized void submit(List<Job> jobs, Runnable accepted) {
        if (stopped) {
            throw Refusal.of(503, "stopping", "the server is stopping");
        }
        if (waiting.size() + jobs.size() > maxWaiting && !waiting.isEmpty()) {
            throw Refusal.of(
                    429, "too_many_requests", "too many requests wait (" + waiting.size() + "); try again in a moment");
        }
        accepted.run();
        waiting.addAll(jobs);
        notifyAll();
    }

    /** Requests that wait for a worker. */
    public synchronized int waiting() {
        return waiting.size();
    }

    /** Responses that are being decoded. */
    public synchronized int running() {
        return workers.stream().mapToInt(worker -> worker.rows).sum();
    }

    /** The next job for a worker: at once if there is none to wait for; empty if it shall go on with what it has, or end. */
    private synchronized Optional<Job> next(Worker worker) throws InterruptedException {
        while (true) {
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            Job first = waiting.peek();
            boolean room = first != null && (worker.rows == 0 || worker.rows + first.size() <= maxRows);
            boolean turn = workers.stream().allMatch(other -> worker.rows <= other.rows);
            if (room && turn) {
                worker.rows += first.size();
                notifyAll(); // it may be another worker's turn now
                return Optional.of(waiting.poll());
            }
            if (worker.rows > 0 || stopped && first == null) {
                return Optional.empty();
            }
            wait();
        }
    }

    private synchronized void left(Worker worker, int rows) {
        worker.rows = rows;
        if (!waiting.isEmpty()) {
            notifyAll();
        }
    }

    private synchronized boolean ends(Worker worker) {
        return stopped && waiting.isEmpty() && worker.rows == 0;
    }

    /** A thread with a copy of the model. */
    private final class Worker extends Thread {

        private final MaskPredictor backbone;
        private final Map<Object, Lane> lanes = new HashMap<>();
        private int rows; // guarded by the batching

        Worker(MaskPredictor backbone, String name) {
            super(name);
            this.backbone = backbone;
        }

        @Override
        public void run() {
            try (backbone) {
                while (!ends(this)) {
                    for (Optional<Job> job = next(this); job.isPresent(); job = next(this)) {
                        seat(job.get());
                    }
                    step();
                    left(this, lanes.values().stream().mapToInt(Lane::rows).sum());
                }
            } catch (InterruptedException stop) {
                lanes.values().forEach(Lane::close);
            }
        }

        private void seat(Job job) {
            if (job.progress().abandoned()) {
                return;
            }
            try {
                Lane.Shape shape = Lane.shape(job, backbone.info());
                Object key = together ? shape : job;
                Lane lane = lanes.computeIfAbsent(key, unused -> new Lane(backbone, shape));
                lane.join(job);
            } catch (IllegalArgumentException misfit) {
                job.progress().failed(Refusal.body(misfit.getMessage()));
            } catch (RuntimeException | OutOfMemoryError failure) {
                job.progress().failed(refusal(failure));
            }
            lanes.values().removeIf(lane -> lane.rows() == 0);
        }

        /** A fault ends the jobs of its lane, which have one shape, and no others. */
        private void step() {
            for (Iterator<Lane> all = lanes.values().iterator(); all.hasNext(); ) {
                Lane lane = all.next();
                try {
                    metrics.stepped(lane.rows());
                    lane.step();
                } catch (RuntimeException | OutOfMemoryError failure) {
                    lane.fail(refusal(failure));
                }
                if (lane.rows() == 0) {
                    all.remove();
                }
            }
        }
    }

    private static Refusal refusal(Throwable failure) {
        String text = String.valueOf(failure.getMessage());
        boolean memory = failure instanceof OutOfMemoryError
                || failure instanceof EngineException && text.matches("(?is).*(out of memory|can't allocate|alloc).*");
        if (memory) {
            LOG.warn("a request did not fit into memory");
            return Refusal.of(507, "out_of_memory", "the request does not fit into the server's memory");
        }
        LOG.error("decoding failed", failure);
        return Refusal.of(500, "decoding_failed", "decoding failed; the server's log says why");
    }

    /** Lets no job in any more, and waits until those that were let in are done. */
    @Override
    public void close() throws InterruptedException {
        synchronized (this) {
            stopped = true;
            notifyAll();
        }
        for (Worker worker : workers) {
            worker.join();
        }
    }

    /** Ends jobs that are not done. */
    public void abort() {
        List<Job> left;
        synchronized (this) {
            stopped = true;
            left = List.copyOf(waiting);
            waiting.clear();
            notifyAll();
        }
        left.forEach(job -> job.progress().failed(Refusal.of(503, "stopping", "the server is stopping")));
        workers.forEach(Thread::interrupt);
    }
}
