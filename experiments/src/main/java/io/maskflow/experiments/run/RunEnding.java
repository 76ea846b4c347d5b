package io.maskflow.experiments.run;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Notes in the manifest of a run when and how it ended. */
public final class RunEnding {

    private static final int BY_SIGNAL = 128;

    private RunEnding() {}

    /**
     * The work of a run.
     *
     * @param <E> what it may throw
     */
    public interface Work<E extends Exception> {
        /** Gives the exit code. */
        int run() throws E;
    }

    /**
     * Does the work and notes its end, if it has written a manifest.
     *
     * @param path run folder, which may not exist yet
     * @param work writes the manifest when it begins
     * @return its exit code
     */
    public static <E extends Exception> int noted(Path path, Work<E> work) throws E {
        RunFolder folder = new RunFolder(path);
        Optional<RunManifest> before = manifest(folder);
        String state = "failed";
        try {
            int code = work.run();
            state = code == 0 ? "finished" : code > BY_SIGNAL ? "interrupted" : state;
            return code;
        } finally {
            Optional<RunManifest> now = manifest(folder);
            boolean begun = now.isPresent() && !now.equals(before);
            if (begun && now.get().state().equals(RunManifest.RUNNING)) {
                now.get().in(state, before.map(RunManifest::seconds).orElse(0L)).write(folder.manifest());
            }
        }
    }

    private static Optional<RunManifest> manifest(RunFolder folder) {
        try {
            return Files.exists(folder.manifest())
                    ? Optional.of(RunManifest.read(folder.manifest()))
                    : Optional.empty();
        } catch (UncheckedIOException unreadable) {
            return Optional.empty();
        }
    }
}
