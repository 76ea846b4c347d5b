package io.maskflow.experiments.report;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * Shows how far a long job is: on a terminal one line that is written over, elsewhere a line now and then.
 *
 * <p>May be told of progress from several threads.
 */
public final class ProgressLine implements AutoCloseable {

    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long FILE_NANOS = 15_000_000_000L;
    private static final int WIDTH = 118;

    private final PrintStream out;
    private final boolean terminal;
    private final LongSupplier nanos;
    private final String what;
    private final long total;
    private final long done0;
    private final long started;
    private long shown = Long.MIN_VALUE;
    private long done;
    private String detail = "";
    private boolean closed;

    ProgressLine(PrintStream out, boolean terminal, LongSupplier nanos, String what, long total, long alreadyDone) {
        this.out = out;
        this.terminal = terminal;
        this.nanos = nanos;
        this.what = what;
        this.total = total;
        this.done0 = alreadyDone;
        this.done = alreadyDone;
        this.started = nanos.getAsLong();
    }

    /**
     * Starts a line on the error stream.
     *
     * @param what the job, such as {@code train}
     * @param total units of work in all
     */
    public static ProgressLine start(String what, long total) {
        return start(what, total, 0);
    }

    /**
     * Starts a line of a job that goes on.
     *
     * @param what the job
     * @param total units of work in all
     * @param alreadyDone units done by an earlier run, left out of the time estimate
     */
    public static ProgressLine start(String what, long total, long alreadyDone) {
        return new ProgressLine(System.err, onTerminal(), System::nanoTime, what, total, alreadyDone);
    }

    /** Whether a person is watching. */
    private static boolean onTerminal() {
        return System.console() != null && !"dumb".equals(System.getenv("TERM"));
    }

    /**
     * Tells the progress.
     *
     * @param unitsDone units done, those of an earlier run included
     * @param details short figures, such as {@code reward 0.41  t_final 0.93}
     */
    public synchronized void update(long unitsDone, String details) {
        done = unitsDone;
        detail = details;
        long now = nanos.getAsLong();
        if (shown == Long.MIN_VALUE || now - shown >= (terminal ? TERMINAL_NANOS : FILE_NANOS)) {
            shown = now;
            show(now);
        }
    }

    /** Tells that one more unit is done. */
    public synchronized void advance(String details) {
        update(done + 1, details);
    }

    private void show(long now) {
        String line = text(now);
        if (terminal) {
            out.print("\r\033[K" + (line.length() > WIDTH ? line.substring(0, WIDTH) : line));
        } else {
            out.println(line);
        }
        out.flush();
    }

    String text(long now) {
        double seconds = (now - started) / 1e9;
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT, "%s %d/%d (%d %%)", what, done, total, total == 0 ? 100 : 100 * done / total));
        if (!detail.isEmpty()) {
            line.append("  ").append(detail);
        }
        line.append("  ").append(clock(seconds));
        long newly = done - done0;
        if (newly > 0 && done < total) {
            line.append(", ").append(clock(seconds / newly * (total - done))).append(" left");
        }
        return line.toString();
    }

    private static String clock(double seconds) {
        Duration duration = Duration.ofSeconds(Math.round(seconds));
        return duration.toHours() > 0
                ? String.format(
                        Locale.ROOT,
                        "%d:%02d:%02d",
                        duration.toHours(),
                        duration.toMinutesPart(),
                        duration.toSecondsPart())
                : String.format(Locale.ROOT, "%d:%02d", duration.toMinutes(), duration.toSecondsPart());
    }

    /** Shows the last state and ends the line. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (shown == Long.MIN_VALUE && done == done0 && total > 0) {
            return; // it ended before anything was done: the error says more
        }
        show(nanos.getAsLong());
        if (terminal) {
            out.println();
        }
    }
}
