package io.maskflow.experiments.run;

import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One writer per run folder: {@code run.lock} holds the process id of the writer and is locked by it. The system gives
 * the lock back when the process ends, however it ends, so that a lock file left behind locks nobody out.
 */
public final class RunLock implements AutoCloseable {

    static final String NAME = "run.lock";

    private final Path file;
    private final FileChannel channel;
    private final FileLock lock;

    private RunLock(Path file, FileChannel channel, FileLock lock) {
        this.file = file;
        this.channel = channel;
        this.lock = lock;
    }

    /**
     * Takes the lock.
     *
     * @param folder an existing run folder
     * @throws ConfigurationException if another process, or another run of this one, writes there; names its id
     */
    public static RunLock take(RunFolder folder) {
        Path file = folder.path().resolve(NAME);
        try {
            while (true) {
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                FileLock lock = tryLock(channel);
                if (lock == null) {
                    channel.close();
                    throw new ConfigurationException("the run folder " + folder.path() + " is being written by process "
                            + Files.readString(file).strip() + ": a run has one writer. Wait for it to end, or choose"
                            + " another folder with --out");
                }
                if (stillThere(file, channel)) {
                    channel.truncate(0);
                    channel.write(
                            ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)),
                            0);
                    return new RunLock(file, channel, lock);
                }
                channel.close(); // its writer has just ended and removed it: what is locked here has no name any more
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file + ": " + DurableFile.reason(e), e);
        }
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException byThisProcess) {
            return null;
        }
    }

    /** Whether the name still stands for a file that was not removed since it was opened. */
    private static boolean stillThere(Path file, FileChannel channel) throws IOException {
        if (!Files.exists(file)) {
            return false;
        }
        // The JDK does not tell a channel's inode. A mark written through the channel is seen under the name only if
        // both are the same file.
        String mark = ProcessHandle.current().pid() + "." + System.nanoTime() + "\n";
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(mark.getBytes(StandardCharsets.US_ASCII)), 0);
        return Files.readString(file).equals(mark);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            lock.release();
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file + ": " + DurableFile.reason(e), e);
        }
    }
}
