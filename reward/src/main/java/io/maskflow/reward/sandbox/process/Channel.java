package io.maskflow.reward.sandbox.process;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The two byte streams of a Python process. Each exchange has a deadline: whoever is silent beyond it is destroyed, which ends the
 * waiting read. Not for use by several threads.
 */
public abstract class Channel implements AutoCloseable {
    private static final ScheduledExecutorService WATCHDOG = Executors.newSingleThreadScheduledExecutor(r -> {
        Thread thread = new Thread(r, "sandbox-watchdog");
        thread.setDaemon(true);
        return thread;
    });

    private volatile boolean overdue;

    abstract OutputStream out();

    abstract InputStream in();

    /** Ends the process at once, whatever it does. May be called twice and by another thread. */
    public abstract void destroy();

    /** The id of the process on this machine. */
    public abstract long pid();

    /** What the process said about its own failure, for messages. */
    abstract String complaint();

    /** One exchange with the process. */
    public interface Exchange<T> {
        T with(OutputStream out, DataInputStream in) throws IOException, BrokenException;
    }

    /**
     * Runs an exchange under a deadline.
     *
     * @param seconds wall seconds until the process is destroyed
     * @throws SilentException if the deadline passed
     * @throws BrokenException if the process died or broke the protocol
     */
    public <T> T exchange(double seconds, Exchange<T> exchange) throws BrokenException, SilentException {
        Future<?> alarm = WATCHDOG.schedule(
                () -> {
                    overdue = true;
                    destroy();
                },
                (long) (seconds * 1000),
                TimeUnit.MILLISECONDS);
        try {
            return exchange.with(out(), new DataInputStream(in()));
        } catch (IOException e) {
            if (overdue) {
                throw new SilentException("silent for more than " + seconds + " s");
            }
            String complaint = complaint();
            throw new BrokenException("died" + (complaint.isEmpty() ? "" : " (" + complaint + ")"), e);
        } finally {
            alarm.cancel(false);
        }
    }

    @Override
    public void close() {
        destroy();
    }

    /** The other side said nothing in time. */
    public static final class SilentException extends Exception {
        private static final long serialVersionUID = 1;

        SilentException(String message) {
            super(message);
        }
    }
}
