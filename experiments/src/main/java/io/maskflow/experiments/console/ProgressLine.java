package io.maskflow.experiments.console;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * Shows how far a long job is: on a terminal one line that is written over and fits its width, elsewhere a line now and then.
 *
 * <p>May be told of progress from several threads.
 */
public final class ProgressLine implements AutoCloseable {

    private static final String CLEAR = "\r\033[K";
    private static final String GAP = "  ";
    private static final long TERMINAL_NANOS = 100_000_000L;
    private static final long FILE_NANOS = 15_000_000_000L;

    private final PrintStream out;
    private final boolean terminal;
    private final IntSupplier width;
    private final LongSupplier nanos;
    private final String what;
    private final long total;
    private final long done0;
    private final long started;
    private long shown = Long.MIN_VALUE;
    private long done;
    private String detail = "";
    private String lastShown = "";
    private boolean closed;

    ProgressLine(
            PrintStream out,
            boolean terminal,
            IntSupplier width,
            LongSupplier nanos,
            String what,
            long total,
            long alreadyDone) {
        this.out = out;
        this.terminal = terminal;
        this.width = width;
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
        return new ProgressLine(
                System.err, Watcher.atTerminal(), Watcher::width, System::nanoTime, what, total, alreadyDone);
    }

    /** A piece of work without a count; on a terminal its name goes when it ends. */
    public interface Phase extends AutoCloseable {
        @Override
        void close();
    }

    /**
     * Names what is going on before there is anything to count.
     *
     * @param what such as {@code loading builtin}
     */
    public static Phase phase(String what) {
        return phase(System.err, Watcher.atTerminal(), what);
    }

    static Phase phase(PrintStream out, boolean terminal, String what) {
        if (!terminal) {
            out.println(what);
            return () -> {};
        }
        out.print(CLEAR + what + " ...");
        out.flush();
        return () -> {
            out.print(CLEAR);
            out.flush();
        };
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
        lastShown = state();
        if (terminal) {
            out.print(CLEAR + text(now, Math.max(1, width.getAsInt() - 1)));
        } else {
            out.println(text(now, Integer.MAX_VALUE));
        }
        out.flush();
    }

    private String state() {
        return done + GAP + detail;
    }

    /** The line in at most {@code room} characters: the last figures go first, count and time stay. */
    String text(long now, int room) {
        double seconds = (now - started) / 1e9;
        String head = String.format(
                Locale.ROOT, "%s %d/%d (%d %%)", what, done, total, total == 0 ? 100 : 100 * done / total);
        String tail = GAP + clock(seconds);
        long newly = done - done0;
        if (newly > 0 && done < total) {
            tail += ", " + clock(seconds / newly * (total - done)) + " left";
        }
        String figures = detail.isEmpty() ? "" : GAP + detail;
        while (head.length() + figures.length() + tail.length() > room && !figures.isEmpty()) {
            figures = figures.substring(0, figures.lastIndexOf(GAP));
        }
        String line = head + figures + tail;
        return line.length() > room ? line.substring(0, room) : line;
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
        if (terminal) {
            show(nanos.getAsLong());
            out.println();
        } else if (!state().equals(lastShown)) {
            show(nanos.getAsLong());
        }
    }
}
