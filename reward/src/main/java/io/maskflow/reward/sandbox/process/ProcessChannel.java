package io.maskflow.reward.sandbox.process;

import java.io.BufferedOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Python process started here, with a bare environment. */
public final class ProcessChannel extends Channel {
    private final Process process;
    private final OutputStream out;

    /**
     * Starts a process. With bubblewrap the kernel ties its life to the calling thread: call from a thread that lives as long.
     *
     * @throws BrokenException if the program cannot be started
     */
    public ProcessChannel(List<String> command) throws BrokenException {
        ProcessBuilder builder = new ProcessBuilder(command).directory(new File("/"));
        builder.environment().clear();
        builder.environment().putAll(environment());
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new BrokenException("cannot start " + command.get(0), e);
        }
        out = new BufferedOutputStream(process.getOutputStream(), 1 << 16);
    }

    /** The environment that every process is given. */
    public static Map<String, String> environment() {
        // One arena of the C library for all threads: each further one reserves 64 MiB of a candidate's address space.
        // One thread of
        // BLAS: others would compute beside the CPU limit's clock, and sum in another order.
        return Map.of(
                "PYTHONHASHSEED",
                "0",
                "TZ",
                "UTC",
                "LC_ALL",
                "C.UTF-8",
                "HOME",
                "/",
                "PATH",
                "/usr/bin:/bin",
                "MALLOC_ARENA_MAX",
                "1",
                "OPENBLAS_NUM_THREADS",
                "1",
                "OMP_NUM_THREADS",
                "1");
    }

    @Override
    OutputStream out() {
        return out;
    }

    @Override
    InputStream in() {
        return process.getInputStream();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public void destroy() {
        process.destroyForcibly();
    }

    /** Whether the process still runs. */
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    String complaint() {
        try {
            if (process.waitFor(1, TimeUnit.SECONDS)) {
                byte[] text = process.getErrorStream().readNBytes(2000);
                String[] lines =
                        new String(text, StandardCharsets.UTF_8).strip().split("\n");
                String last = lines[lines.length - 1].strip();
                return last.isEmpty() ? "exit status " + process.exitValue() : last;
            }
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }

    @Override
    public void close() {
        // End of file first: the worker leaves by itself and takes its namespaces along.
        try {
            process.getOutputStream().close();
            process.getInputStream().close();
            process.getErrorStream().close();
        } catch (IOException e) {
            // a dead process has nothing left to flush
        }
        boolean interrupted = Thread.interrupted();
        try {
            if (!process.waitFor(300, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                process.waitFor(2, TimeUnit.SECONDS);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
