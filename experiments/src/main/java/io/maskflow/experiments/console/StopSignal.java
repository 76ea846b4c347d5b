package io.maskflow.experiments.console;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/**
 * Ctrl-C and SIGTERM: the run is asked to finish the task it is in, save and end, with exit code 130 or 143. A second
 * signal ends the process at once. A run that has not ended after {@value #PATIENCE_SECONDS} seconds (a task may take
 * longer than that) saves from the signal's thread and ends too; what was saved before stays whole in any case.
 */
public final class StopSignal implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 8;
    private static final int BY_SIGNAL = 128;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
    private final Runnable onRequest;
    private volatile Runnable lastResort = () -> {};
    private volatile int received;

    private StopSignal(Runnable onRequest) {
        this.onRequest = onRequest;
    }

    /** Thrown by {@link #check} to leave a piece of work that is then done again on resume. */
    public static final class Requested extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Requested() {
            super("the run was asked to stop", null, false, false);
        }
    }

    /**
     * Starts listening.
     *
     * @param onRequest told once when the signal comes, for a message to the person
     */
    public static StopSignal listen(Runnable onRequest) {
        StopSignal stop = new StopSignal(onRequest);
        for (String name : new String[] {"INT", "TERM"}) {
            try {
                Signal signal = new Signal(name);
                stop.before.put(signal, Signal.handle(signal, stop::receive));
            } catch (IllegalArgumentException notOnThisMachine) {
                // The JVM was told to leave signals alone (-Xrs), or the system has no such signal.
            }
        }
        return stop;
    }

    /**
     * Says how to save when the run does not end in time.
     *
     * @param save called from another thread than the run's, at most once
     */
    public void whenImpatient(Runnable save) {
        lastResort = save;
    }

    private synchronized void receive(Signal signal) {
        int code = BY_SIGNAL + signal.getNumber();
        if (received != 0) {
            Runtime.getRuntime().halt(code);
        }
        received = code;
        onRequest.run();
        Thread watch = new Thread(() -> watch(code), "stop-signal");
        watch.setDaemon(true);
        watch.start();
    }

    private void watch(int code) {
        try {
            if (ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            lastResort.run();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException unsaved) {
            System.err.println("maskflow: could not save: " + unsaved.getMessage());
        }
        if (ended.getCount() > 0) {
            Runtime.getRuntime().halt(code);
        }
    }

    /** Whether the run should save and end. */
    public boolean requested() {
        return received != 0;
    }

    /** 130 after Ctrl-C, 143 after SIGTERM, 0 without either. */
    public int exitCode() {
        return received;
    }

    /** @throws Requested if the run should save and end */
    public void check() {
        if (requested()) {
            throw new Requested();
        }
    }

    /** Everything is on disk: the process may go. Signals are handled as before. */
    @Override
    public void close() {
        ended.countDown();
        before.forEach(Signal::handle);
    }
}
