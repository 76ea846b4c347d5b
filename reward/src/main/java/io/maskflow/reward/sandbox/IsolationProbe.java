package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.Json;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out what a level really holds here: hostile little programs are run through a worker of it, and each must be refused. A
 * level whose canaries do not all behave is not used.
 */
public final class IsolationProbe {
    private static final Map<String, Report> KNOWN = new ConcurrentHashMap<>();
    private static final Path OF_EVERY_MACHINE = Path.of("/etc/passwd");

    private IsolationProbe() {}

    /**
     * One canary.
     *
     * @param name what it tries
     * @param held was it refused as it must be?
     * @param seen what happened
     */
    public record Canary(String name, boolean held, String seen) {}

    /**
     * What a level holds here.
     *
     * @param usable did every canary behave?
     * @param problem empty, or one line that says what is missing
     */
    public record Report(IsolationLevel level, boolean usable, String problem, List<Canary> canaries) {
        public Report {
            canaries = List.copyOf(canaries);
        }
    }

    /** Probes a level with an interpreter; the result is remembered for the life of the JVM. */
    public static Report probe(IsolationLevel level, PythonRuntime python) {
        return KNOWN.computeIfAbsent(level + " " + python.binary() + " " + python.added(), k -> fresh(level, python));
    }

    private static Report fresh(IsolationLevel level, PythonRuntime python) {
        // No canary sleeps, so the wall limit ends none; it is long because a crowded machine may keep one waiting for
        // seconds.
        SandboxLimits limits = new SandboxLimits(1, 8, 512);
        List<Canary> canaries = new ArrayList<>();
        Path secret = null;
        try {
            secret = secret();
            Path unreadable = secret == null ? OF_EVERY_MACHINE : secret;
            try (ForkServer worker = new Launcher(level, python, SandboxLimits.DEFAULT).start()) {
                boolean closed = level != IsolationLevel.RLIMITS_ONLY;
                canaries.add(canary(worker, limits, "computes", "6 * 7", "[\"!\",42,[],null,0]"));
                if (closed) {
                    canaries.add(refused(worker, limits, "network", "__import__('socket').socket()"));
                    canaries.add(refused(worker, limits, "process", "__import__('os').fork()"));
                    canaries.add(refused(worker, limits, "write", "open('/tmp/maskflow-canary', 'w').write('x')"));
                    canaries.add(refused(worker, limits, "read", "open('" + unreadable + "').read()"));
                    canaries.add(
                            refused(worker, limits, "kill", "__import__('os').kill(__import__('os').getppid(), 9)"));
                }
                canaries.add(ended(worker, limits, "memory", "len(bytearray(1 << 30))", VerdictKind.MEMORY));
                canaries.add(ended(worker, limits, "endless", "[0 for _ in iter(int, 1)]", VerdictKind.TIMEOUT));
            }
        } catch (BrokenException e) {
            return new Report(level, false, e.getMessage(), canaries);
        } finally {
            delete(secret);
        }
        List<String> failed = canaries.stream()
                .filter(c -> !c.held())
                .map(c -> c.name() + " (" + c.seen() + ")")
                .toList();
        return new Report(level, failed.isEmpty(), failed.isEmpty() ? "" : "canary not held: " + failed, canaries);
    }

    /** A file that was just made; null where no file can be made, such as on a full disk: the sandbox itself needs none. */
    private static Path secret() {
        try {
            Path file = Files.createTempFile("maskflow-canary", ".txt");
            Files.writeString(file, UUID.randomUUID().toString());
            return file;
        } catch (IOException e) {
            return null;
        }
    }

    private static Canary canary(Sandbox worker, SandboxLimits limits, String name, String hole, String value)
            throws BrokenException {
        Execution execution = run(worker, limits, hole);
        String seen = execution instanceof Execution.Claimed c ? new String(c.answer()) : execution.toString();
        return new Canary(name, seen.equals(value), seen);
    }

    private static Canary refused(Sandbox worker, SandboxLimits limits, String name, String hole)
            throws BrokenException {
        Execution execution = run(worker, limits, hole);
        if (execution instanceof Execution.Ended e) {
            return new Canary(name, e.kind() == VerdictKind.ERROR, e.kind().word() + " " + e.note());
        }
        String seen = new String(((Execution.Claimed) execution).answer());
        return new Canary(
                name, seen.startsWith("[\"^\""), seen.startsWith("[\"^\"") ? "an exception" : "it went through");
    }

    private static Canary ended(Sandbox worker, SandboxLimits limits, String name, String hole, VerdictKind kind)
            throws BrokenException {
        Execution execution = run(worker, limits, hole);
        if (execution instanceof Execution.Ended e) {
            return new Canary(name, e.kind() == kind, e.kind().word() + " " + e.note());
        }
        return new Canary(name, false, "it went through");
    }

    private static Execution run(Sandbox worker, SandboxLimits limits, String expression) throws BrokenException {
        byte[] request = Json.bytes(java.util.Arrays.asList(
                "?", "eval", List.of(expression), List.of(), List.of(), List.of(), List.of(), null));
        return worker.open(Job.of("").with(request), limits);
    }

    private static void delete(Path file) {
        try {
            if (file != null) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            file.toFile().deleteOnExit();
        }
    }
}
