package io.maskflow.reward.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.Channel;
import io.maskflow.reward.sandbox.process.Json;
import io.maskflow.reward.sandbox.process.Programs;
import io.maskflow.reward.sandbox.process.SitePackages;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker process that forks once per test item. All bounds are checked here again: a worker that breaks the protocol, or is mute beyond
 * its own limits, is destroyed.
 */
final class ForkServer implements Sandbox {
    private static final int JOB_LIMIT = 16 << 20;
    private static final int HEADER = 17;
    private static final int FRAME_LIMIT = 33 << 20;
    private static final int SIGXCPU = 24;
    private static final double START_SECONDS = 30;

    private final Channel channel;
    private final String python;

    /**
     * Takes over a fresh process that runs {@link Programs#BOOTSTRAP}.
     *
     * @param landlock folders that stay readable; empty for no landlock
     * @param seccomp {@code files}, {@code nofiles} or {@code none}
     * @param packages folders of installed packages
     * @param uid user to become when started as root, or 0
     * @throws BrokenException if the worker does not come up; the channel is closed then
     */
    ForkServer(
            Channel channel,
            SandboxLimits limits,
            List<String> landlock,
            String seccomp,
            int uid,
            List<String> packages)
            throws BrokenException {
        this.channel = channel;
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("memory", (long) limits.memoryMiB() << 20);
        config.put("landlock", landlock);
        config.put("seccomp", seccomp);
        config.put("uid", uid);
        config.put("packages", packages);
        config.put("modules", seccomp.equals("nofiles") ? modules(packages) : List.of());
        try {
            JsonNode hello = channel.exchange(START_SECONDS, (out, in) -> {
                Programs.sendFrame(out, Programs.WORKER);
                Programs.sendFrame(out, Json.bytes(config));
                out.flush();
                int length = in.readInt();
                if (length < 0 || length > 65536) {
                    throw new BrokenException("worker greets with " + length + " bytes");
                }
                return Json.read(in.readNBytes(length));
            });
            if (hello.has("error")) {
                throw new BrokenException("worker: " + hello.get("error").asText());
            }
            python = hello.path("python").asText();
        } catch (Channel.SilentException e) {
            channel.close();
            throw new BrokenException("worker " + e.getMessage());
        } catch (BrokenException e) {
            channel.close();
            throw e;
        }
    }

    /** What a worker that can open no file must have loaded before: modules that come later are not found. */
    private static List<String> modules(List<String> packages) throws BrokenException {
        List<String> names = new ArrayList<>();
        for (String folder : packages) {
            try {
                names.addAll(SitePackages.modules(Path.of(folder)));
            } catch (IOException e) {
                throw new BrokenException("cannot list the packages of " + folder, e);
            }
        }
        return names;
    }

    /** Version of the worker's Python. */
    String python() {
        return python;
    }

    @Override
    public long pid() {
        return channel.pid();
    }

    @Override
    public Execution open(byte[] job, SandboxLimits limits) throws BrokenException {
        return exchange('O', job, limits);
    }

    @Override
    public Execution ask(byte[] request, SandboxLimits limits) throws BrokenException {
        return exchange('Q', request, limits);
    }

    @Override
    public void end() throws BrokenException {
        try {
            channel.exchange(START_SECONDS, (out, in) -> {
                out.write(header('E', 0, SandboxLimits.DEFAULT));
                out.flush();
                return null;
            });
        } catch (Channel.SilentException e) {
            channel.close();
            throw new BrokenException("worker " + e.getMessage());
        }
    }

    private static byte[] header(char command, int length, SandboxLimits limits) {
        return ByteBuffer.allocate(HEADER)
                .put((byte) command)
                .putInt(length)
                .putDouble(limits.wallSeconds())
                .putInt(limits.cpuSeconds())
                .array();
    }

    private Execution exchange(char command, byte[] bytes, SandboxLimits limits) throws BrokenException {
        if (bytes.length > JOB_LIMIT) {
            return ended(VerdictKind.REJECTED, "a request of more than " + JOB_LIMIT + " bytes", 0);
        }
        try {
            return channel.exchange(patience(limits), (out, in) -> {
                out.write(header(command, bytes.length, limits));
                out.write(bytes);
                out.flush();
                int length = in.readInt();
                int status = in.readUnsignedByte();
                int waitStatus = in.readInt();
                double cpu = in.readDouble();
                if (length < 0 || length > FRAME_LIMIT || !(cpu >= 0) || status != 'V' && length > 0) {
                    throw new BrokenException("worker broke the protocol: " + length + " bytes with status " + status);
                }
                byte[] frames = in.readNBytes(length);
                if (frames.length < length) {
                    throw new BrokenException("worker died within an answer");
                }
                return read(status, waitStatus, cpu, frames);
            });
        } catch (Channel.SilentException e) {
            channel.close();
            throw new BrokenException("worker " + e.getMessage());
        } catch (BrokenException e) {
            channel.close();
            throw new BrokenException("worker " + e.getMessage());
        }
    }

    /** The worker's own limits, stretched as far as it may stretch them on a crowded machine, and some more. */
    private static double patience(SandboxLimits limits) {
        return Math.max(10 * limits.wallSeconds(), 12 * limits.cpuSeconds()) + 10;
    }

    private static Execution read(int status, int waitStatus, double cpu, byte[] frames) throws BrokenException {
        int signal = waitStatus & 0x7f;
        return switch (status) {
            case 'T' -> ended(VerdictKind.TIMEOUT, "wall limit", cpu);
            case 'C' -> ended(VerdictKind.TIMEOUT, "CPU limit", cpu);
            case 'G' -> ended(VerdictKind.REJECTED, "more bytes than an answer may have", cpu);
            case 'E' -> {
                if (signal == SIGXCPU) {
                    yield ended(VerdictKind.TIMEOUT, "CPU limit", cpu);
                }
                if (signal != 0) {
                    yield ended(VerdictKind.CRASHED, "signal " + signal, cpu);
                }
                yield ended(VerdictKind.ERROR, "ended without a value", cpu);
            }
            case 'V' -> frames(ByteBuffer.wrap(frames), cpu);
            default -> throw new BrokenException("worker broke the protocol: status " + status);
        };
    }

    /** The compiled program, where it was asked for, and the answer: each u32 length, a letter and bytes. */
    private static Execution frames(ByteBuffer frames, double cpu) {
        byte[] compiled = {};
        while (frames.remaining() > 4) {
            int length = frames.getInt();
            if (length < 1 || length > frames.remaining()) {
                break;
            }
            byte letter = frames.get();
            byte[] rest = new byte[length - 1];
            frames.get(rest);
            if (letter != 'k') {
                return frame(letter, rest, compiled, cpu);
            }
            compiled = rest;
        }
        return ended(VerdictKind.REJECTED, "malformed answer", cpu);
    }

    private static Execution frame(byte letter, byte[] rest, byte[] compiled, double cpu) {
        return switch (letter) {
            case 'v' -> new Execution.Claimed(rest, compiled, cpu);
            case 'x' -> ended(VerdictKind.ERROR, text(rest), cpu);
            case 's' -> new Execution.Ended(VerdictKind.ERROR, text(rest), true, cpu);
            case 'm' -> ended(VerdictKind.MEMORY, text(rest), cpu);
            case 'o' -> ended(VerdictKind.REJECTED, text(rest), cpu);
            default -> ended(VerdictKind.REJECTED, "malformed answer", cpu);
        };
    }

    private static Execution ended(VerdictKind kind, String note, double cpu) {
        return new Execution.Ended(kind, note, false, cpu);
    }

    /** A note is the candidate's text: printable, one line, short. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, 0, Math.min(bytes.length, 300), StandardCharsets.UTF_8);
        return text.replaceAll("\\p{Cntrl}", " ").strip();
    }

    @Override
    public void destroy() {
        channel.destroy();
    }

    @Override
    public void close() {
        channel.close();
    }
}
