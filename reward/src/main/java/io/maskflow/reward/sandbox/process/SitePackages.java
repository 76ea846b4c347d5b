package io.maskflow.reward.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder of installed packages that tests and programs may import besides those of the interpreter: {@code site-packages} of a
 * virtual environment, or the environment itself. Every isolation level opens it for reading and for nothing else.
 */
public final class SitePackages {
    private static final Pattern VERSION = Pattern.compile("python(\\d+\\.\\d+)");
    private static final Pattern MODULE = Pattern.compile("([A-Za-z]\\w*)(\\.py|\\.[\\w-]*\\.?so)?");

    private SitePackages() {}

    /**
     * The interpreter with a folder of packages.
     *
     * @param python as it was found
     * @param folder {@code site-packages}, a virtual environment, or empty
     * @return the same interpreter if the folder is empty
     * @throws SandboxException if there is no such folder, it holds no modules, or it belongs to another version of Python
     */
    public static PythonRuntime added(PythonRuntime python, String folder) {
        if (folder.isEmpty()) {
            return python;
        }
        Path asked = Path.of(folder);
        if (!Files.isDirectory(asked)) {
            throw new SandboxException("sitePackages: " + folder + " is no folder");
        }
        try {
            Path packages = ofEnvironment(asked).orElse(asked).toRealPath();
            if (modules(packages).isEmpty()) {
                throw new SandboxException("sitePackages: " + folder + " holds no Python modules; name the folder"
                        + " site-packages of a virtual environment, or the environment");
            }
            requireVersion(python, packages);
            List<Path> readable = new ArrayList<>(python.readable());
            if (readable.stream().noneMatch(packages::startsWith)) {
                readable.add(packages);
            }
            List<Path> all = new ArrayList<>(python.packages());
            all.add(packages);
            return new PythonRuntime(
                    python.binary(),
                    python.version(),
                    readable,
                    python.library(),
                    all,
                    Optional.of(packages),
                    python.world() && PythonRuntime.open(packages));
        } catch (IOException e) {
            throw new SandboxException("sitePackages: " + folder + " cannot be read: " + e.getMessage());
        }
    }

    /** Names of the top-level modules of a folder, in order: what {@code import} finds there. */
    public static List<String> modules(Path packages) throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (Stream<Path> entries = Files.list(packages)) {
            for (Path entry : (Iterable<Path>) entries::iterator) {
                Matcher name = MODULE.matcher(entry.getFileName().toString());
                boolean folder = Files.isDirectory(entry);
                if (name.matches() && folder == (name.group(2) == null) && (!folder || holdsModules(entry))) {
                    names.add(name.group(1));
                }
            }
        }
        return List.copyOf(names);
    }

    /** Shared libraries among the packages. */
    static List<Path> binaries(Path packages) throws IOException {
        try (Stream<Path> tree = Files.walk(packages)) {
            return tree.filter(p -> p.getFileName().toString().matches(".*\\.so(\\.\\d+)*"))
                    .filter(Files::isRegularFile)
                    .toList();
        }
    }

    private static boolean holdsModules(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.anyMatch(
                    p -> p.toString().endsWith(".py") || p.toString().endsWith(".so"));
        }
    }

    private static Optional<Path> ofEnvironment(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve("pyvenv.cfg"))) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(folder.resolve("lib"))) {
            return versions.map(v -> v.resolve("site-packages"))
                    .filter(Files::isDirectory)
                    .findFirst();
        }
    }

    /** Compiled modules fit one version of Python: another one would fail at import, program by program. */
    private static void requireVersion(PythonRuntime python, Path packages) {
        String running = python.version().replaceFirst("\\.\\d+$", "");
        for (Path part : packages) {
            Matcher version = VERSION.matcher(part.toString());
            if (version.matches() && !version.group(1).equals(running)) {
                throw new SandboxException("sitePackages: " + packages + " belongs to Python " + version.group(1)
                        + ", programs run on " + python.version() + " (" + python.binary() + "); name another"
                        + " interpreter in " + PythonRuntime.VARIABLE);
            }
        }
    }
}
