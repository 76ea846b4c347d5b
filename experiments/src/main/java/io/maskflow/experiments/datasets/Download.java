package io.maskflow.experiments.datasets;

import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.Sha256;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * Brings a data set onto this disk. The bytes grow in {@code FILE.part}, which a later call goes on with; the file gets its name
 * only when length and sha256 are right. The licence is stored beside it before the first byte of data comes.
 */
public final class Download {
    /** Ending of what is not whole yet. */
    static final String PART = ".part";

    private static final String WRONG = "wrong ";

    private final int attempts;
    private final long pauseMillis;
    private final int timeoutMillis;

    /**
     * @param attempts connections to one address before it is given up, at least 1; each goes on where the last was cut
     * @param pauseMillis wait before the second connection, doubled for each further one
     * @param timeoutMillis longest silence of a server
     */
    public Download(int attempts, long pauseMillis, int timeoutMillis) {
        if (attempts < 1 || pauseMillis < 0 || timeoutMillis < 1) {
            throw new IllegalArgumentException("attempts and timeout must be at least 1, pause at least 0, were "
                    + attempts + ", " + timeoutMillis + ", " + pauseMillis);
        }
        this.attempts = attempts;
        this.pauseMillis = pauseMillis;
        this.timeoutMillis = timeoutMillis;
    }

    /** Five connections to each address, two seconds apart at first; a server may be silent for 30 s. */
    public static Download usual() {
        return new Download(5, 2000, 30_000);
    }

    /** The same with another number of connections to one address. */
    public Download withAttempts(int other) {
        return new Download(other, pauseMillis, timeoutMillis);
    }

    /** How it ended. */
    public enum Outcome {
        /** The file came and is right. */
        FETCHED,
        /** The right file was there already. */
        THERE
    }

    /**
     * Fetches one data set.
     *
     * @param set what
     * @param folder where to; made if it is missing
     * @param progress told how many bytes are there, now and then
     * @throws UncheckedIOException if no address gave the right file, another file has its name, or the folder cannot be written;
     *     the message says which
     */
    public Outcome fetch(PublicDataSet set, Path folder, LongConsumer progress) {
        Path file = folder.resolve(set.file());
        if (Files.exists(file)) {
            requireRight(set, file);
            return Outcome.THERE;
        }
        Path part = folder.resolve(set.file() + PART);
        prepare(set, folder, part);
        try (FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = lock(channel, part)) {
            fill(set, channel, part, progress);
            channel.force(true);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
            return Outcome.FETCHED;
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private static void requireRight(PublicDataSet set, Path file) {
        String found = Sha256.of(file);
        if (!found.equals(set.sha256())) {
            IOException other = new IOException(file + " is there with another content (sha256 " + found + ", "
                    + set.name() + " has " + set.sha256() + "): move it away, or name another folder by --dir");
            throw new UncheckedIOException(other.getMessage(), other);
        }
    }

    private static void prepare(PublicDataSet set, Path folder, Path part) {
        try {
            Files.createDirectories(folder);
            if (!Files.isWritable(folder)) {
                throw new AccessDeniedException(folder.toString());
            }
        } catch (IOException e) {
            String why = e instanceof FileAlreadyExistsException ? "it is no folder" : "no permission";
            throw new UncheckedIOException("cannot write into " + folder + ": " + why, e);
        }
        DurableFile.write(part.resolveSibling(set.licenceFile()), set.licenceNote());
    }

    private static FileLock lock(FileChannel channel, Path part) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException held) {
            // by another thread of this process: the same message
        }
        throw new IOException(part + " is being written by another fetch");
    }

    /** Tries address after address until the part is the right file. */
    private void fill(PublicDataSet set, FileChannel part, Path path, LongConsumer progress) throws IOException {
        List<String> failures = new ArrayList<>();
        for (URI url : set.urls()) {
            boolean begunEarlier = part.size() > 0;
            String failure = from(url, set, part, path, progress);
            if (failure.startsWith(WRONG) && begunEarlier) {
                // What an earlier call left may have been another file's: once more, from nothing.
                failure = from(url, set, part, path, progress);
            }
            if (failure.isEmpty()) {
                return;
            }
            failures.add(url + ": " + failure);
        }
        throw new IOException(set.name() + " could not be fetched: " + String.join("; ", failures) + kept(part, path));
    }

    private static String kept(FileChannel part, Path path) throws IOException {
        long size = part.size();
        if (size == 0) {
            Files.deleteIfExists(path);
            return "";
        }
        return " (" + size + " bytes are kept in " + path + "; the same command goes on from there)";
    }

    /** Fetches from one address; why it failed, or nothing. */
    private String from(URI url, PublicDataSet set, FileChannel part, Path path, LongConsumer progress)
            throws IOException {
        String failure = "";
        for (int attempt = 0; attempt < attempts; attempt++) {
            pause(attempt);
            try {
                new HttpTransfer(url, timeoutMillis).into(part, set.bytes(), progress);
                return verdict(set, part, path);
            } catch (HttpTransfer.Refused refused) {
                return refused.getMessage();
            } catch (HttpTransfer.Broken broken) {
                failure = broken.getMessage();
            }
        }
        return failure;
    }

    private static String verdict(PublicDataSet set, FileChannel part, Path path) throws IOException {
        String found = Sha256.of(path);
        if (found.equals(set.sha256())) {
            return "";
        }
        part.truncate(0);
        return WRONG + "sha256 " + found + ", expected " + set.sha256();
    }

    private void pause(int attempt) throws IOException {
        if (attempt == 0 || pauseMillis == 0) {
            return;
        }
        try {
            Thread.sleep(pauseMillis << Math.min(attempt - 1, 6));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
