package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.ContainerChannel;
import io.maskflow.reward.sandbox.process.ProcessChannel;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Starts workers of one isolation level. */
final class Launcher {
    private static final int NOBODY = 65534;

    private final IsolationLevel level;
    private final PythonRuntime python;
    private final SandboxLimits limits;

    Launcher(IsolationLevel level, PythonRuntime python, SandboxLimits limits) {
        this.level = level;
        this.python = python;
        this.limits = limits;
    }

    IsolationLevel level() {
        return level;
    }

    /** Starts a worker; with bubblewrap it lives no longer than the calling thread. */
    ForkServer start() throws BrokenException {
        // A rule on a link would open what it points to: the linked folders are named by themselves.
        List<String> readable = python.readable().stream()
                .filter(p -> !Files.isSymbolicLink(p))
                .map(Path::toString)
                .toList();
        List<String> packages = python.packages().stream().map(Path::toString).toList();
        int uid = python.world() ? NOBODY : 0;
        return switch (level) {
            case BUBBLEWRAP ->
                new ForkServer(new ProcessChannel(bubblewrap()), limits, List.of(), "files", 0, packages);
            case CONTAINER -> new ForkServer(new ContainerChannel(python), limits, List.of(), "files", 0, added());
            case LANDLOCK ->
                new ForkServer(new ProcessChannel(python.command()), limits, readable, "files", uid, packages);
            case SECCOMP_NO_FILES ->
                new ForkServer(new ProcessChannel(python.command()), limits, List.of(), "nofiles", uid, added());
            case RLIMITS_ONLY ->
                new ForkServer(new ProcessChannel(python.command()), limits, List.of(), "none", uid, packages);
        };
    }

    /** The folder that was asked for: levels that see no other packages see this one. */
    private List<String> added() {
        return python.added().map(Path::toString).stream().toList();
    }

    /** Where bubblewrap is, if it is installed. */
    static Optional<Path> bubblewrapBinary() {
        for (String folder : System.getenv().getOrDefault("PATH", "/usr/bin").split(":")) {
            Path path = Path.of(folder.isEmpty() ? "." : folder, "bwrap");
            if (Files.isExecutable(path)) {
                return Optional.of(path.toAbsolutePath());
            }
        }
        return Optional.empty();
    }

    private List<String> bubblewrap() throws BrokenException {
        Path binary = bubblewrapBinary().orElseThrow(() -> new BrokenException("bubblewrap (bwrap) is not installed"));
        List<String> line = new ArrayList<>(
                List.of(binary.toString(), "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"));
        for (Path folder : python.readable()) {
            if (Files.isSymbolicLink(folder)) {
                line.addAll(List.of("--symlink", linkTarget(folder), folder.toString()));
            } else {
                line.addAll(List.of("--ro-bind", folder.toString(), folder.toString()));
            }
        }
        line.addAll(List.of("--dev", "/dev", "--clearenv"));
        ProcessChannel.environment().forEach((name, value) -> line.addAll(List.of("--setenv", name, value)));
        line.addAll(List.of("--cap-drop", "ALL", "--uid", "" + NOBODY, "--gid", "" + NOBODY, "--chdir", "/"));
        line.addAll(List.of("--remount-ro", "/", "--"));
        line.addAll(python.command());
        return line;
    }

    private static String linkTarget(Path link) throws BrokenException {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (java.io.IOException e) {
            throw new BrokenException("cannot read the link " + link, e);
        }
    }
}
