package io.maskflow.experiments.report;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C and SIGTERM: the run is asked to finish the step it is in, save and end. A second Ctrl-C, or nine seconds
 * without an end, ends the process at once; what was saved last stays whole.
 */
public final class StopSignal implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 9;

    private final CountDownLatch saved = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean requested;

    private StopSignal(Runnable onRequest) {
        this.hook = new Thread(
                () -> {
                    requested = true;
                    onRequest.run();
                    awaitSaved();
                },
                "stop-signal");
    }

    /**
     * Starts listening.
     *
     * @param onRequest told once when the signal comes, for a message to the person
     */
    public static StopSignal listen(Runnable onRequest) {
        StopSignal signal = new StopSignal(onRequest);
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Whether the run should save and end. */
    public boolean requested() {
        return requested;
    }

    private void awaitSaved() {
        try {
            saved.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Everything is on disk: the process may go. */
    @Override
    public void close() {
        saved.countDown();
        if (!requested) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException shuttingDown) {
                // The hook runs already and has just been told that all is saved.
            }
        }
    }
}
