package io.maskflow.experiments.console;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/** Who reads the error stream: a person at a terminal of some width, or a file. */
final class Watcher {

    private static final int USUAL_WIDTH = 80;
    private static final long ASK_AGAIN_NANOS = 5_000_000_000L;

    private static int width = USUAL_WIDTH;
    private static long asked;

    private Watcher() {}

    /**
     * Whether the error stream is a terminal that can write over a line. The launcher has looked and says so in
     * {@code MASKFLOW_TERMINAL}; without it, the console of the virtual machine is asked.
     */
    static boolean atTerminal() {
        if ("dumb".equals(System.getenv("TERM"))) {
            return false;
        }
        String told = System.getenv("MASKFLOW_TERMINAL");
        return told == null ? isTerminal(System.console()) : told.equals("1");
    }

    /** Newer JDKs have a console without a terminal too, and a method that tells them apart. */
    private static boolean isTerminal(Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException olderJdk) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    /** Columns of the terminal now: a window may be made narrower while a run goes on. */
    static synchronized int width() {
        long now = System.nanoTime();
        if (asked == 0 || now - asked > ASK_AGAIN_NANOS) {
            asked = now;
            width = ask();
        }
        return width;
    }

    private static int ask() {
        try {
            Process stty = new ProcessBuilder("sh", "-c", "stty size < /dev/tty")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            stty.getOutputStream().close();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            stty.waitFor(1, TimeUnit.SECONDS);
            int columns = Integer.parseInt(size.substring(size.indexOf(' ') + 1));
            return columns > 0 ? columns : USUAL_WIDTH;
        } catch (IOException | NumberFormatException nobodyKnows) {
            return USUAL_WIDTH;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return USUAL_WIDTH;
        }
    }
}
