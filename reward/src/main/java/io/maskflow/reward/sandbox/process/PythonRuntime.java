package io.maskflow.reward.sandbox.process;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The interpreter that judge and workers run on: the real binary, not a version manager's script in front of it, which costs
 * 100 ms a start.
 *
 * @param binary the interpreter, links resolved
 * @param version such as {@code 3.11.2}
 * @param readable folders and files that it needs to run, links among them as they are
 * @param library the standard library
 * @param packages folders of installed packages, which tests and programs may import
 * @param added the folder among {@code packages} that was asked for besides the interpreter's own, see {@link SitePackages}
 * @param world may any user of this machine run it?
 */
public record PythonRuntime(
        Path binary,
        String version,
        List<Path> readable,
        Path library,
        List<Path> packages,
        Optional<Path> added,
        boolean world) {
    /** Environment variable that names the interpreter to use. */
    public static final String VARIABLE = "MASKFLOW_PYTHON";

    private static final String QUESTION =
            "import sys,os,json,sysconfig;print(json.dumps([os.path.realpath(sys.executable),"
                    + "'%d.%d.%d'%sys.version_info[:3],sys.base_prefix,sysconfig.get_path('stdlib'),list(sys.version_info[:2]),"
                    + "sysconfig.get_config_var('MULTIARCH') or '',"
                    + "[p for p in sys.path if p.endswith(('site-packages','dist-packages')) and os.path.isdir(p)]]))";

    public PythonRuntime {
        readable = List.copyOf(readable);
        packages = List.copyOf(packages);
    }

    /**
     * The interpreter to use: the given one, else that of {@value #VARIABLE}, else the system's, else the first on the path.
     *
     * @param asked a path or a command, or empty
     * @throws SandboxException if there is none, or it is older than 3.10
     */
    public static PythonRuntime find(String asked) {
        String wanted = asked.isEmpty() ? System.getenv().getOrDefault(VARIABLE, "") : asked;
        List<String> candidates = new ArrayList<>();
        if (!wanted.isEmpty()) {
            candidates.add(wanted);
        } else {
            candidates.add("/usr/bin/python3");
            for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
                candidates.add(folder + "/python3");
            }
        }
        Set<String> tried = new LinkedHashSet<>();
        for (String candidate : candidates) {
            if (candidate.contains("/") && !Files.isExecutable(Path.of(candidate)) || !tried.add(candidate)) {
                continue;
            }
            PythonRuntime found = ask(candidate);
            if (found != null) {
                return found;
            }
        }
        throw new SandboxException(
                (wanted.isEmpty() ? "no Python 3.10 or newer on this machine" : wanted + " is no Python 3.10 or newer")
                        + "; the grader needs one: install it (Debian, Ubuntu: apt-get install python3) or name it in "
                        + VARIABLE);
    }

    private static PythonRuntime ask(String command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command, "-I", "-c", QUESTION);
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
            Process process = builder.start();
            process.getOutputStream().close();
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return null;
            }
            JsonNode answer = Json.MAPPER.readTree(process.getInputStream().readAllBytes());
            if (process.exitValue() != 0 || answer.size() != 7) {
                return null;
            }
            if (answer.get(4).get(0).asInt() != 3 || answer.get(4).get(1).asInt() < 10) {
                return null;
            }
            Path binary = Path.of(answer.get(0).asText());
            Path library = Path.of(answer.get(3).asText());
            List<Path> packages = new ArrayList<>();
            answer.get(6).forEach(p -> packages.add(Path.of(p.asText())));
            Set<Path> readable = new LinkedHashSet<>(libraries(answer.get(5).asText()));
            Path prefix = Path.of(answer.get(2).asText());
            if (!prefix.startsWith("/usr") || prefix.getNameCount() > 2) {
                readable.add(prefix);
            }
            for (Path needed :
                    Stream.concat(Stream.of(binary, library), packages.stream()).toList()) {
                if (readable.stream().noneMatch(needed::startsWith)) {
                    readable.add(needed);
                }
            }
            return new PythonRuntime(
                    binary,
                    answer.get(1).asText(),
                    List.copyOf(readable),
                    library,
                    packages,
                    Optional.empty(),
                    open(library) && open(binary));
        } catch (IOException e) {
            return null;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    /**
     * Where the system keeps shared libraries: not all of /usr, where somebody's checkout with its answers may lie. A system without
     * folders of its own for them gives its whole library folder.
     */
    private static List<Path> libraries(String architecture) {
        List<Path> found = new ArrayList<>();
        Path own = Path.of("/usr/lib", architecture.isEmpty() ? "none" : architecture);
        Path wide = Path.of("/usr/lib64");
        found.add(Files.isDirectory(own) ? own : Files.isDirectory(wide) ? wide : Path.of("/usr/lib"));
        for (Path more : List.of(
                wide,
                Path.of("/lib64"),
                Path.of("/lib"),
                Path.of("/etc/alternatives"),
                Path.of("/usr/share/zoneinfo"))) {
            boolean shared = Files.isSymbolicLink(Path.of("/lib")) || !more.equals(Path.of("/lib"));
            Path kept = shared || !Files.isDirectory(more.resolve(own.getFileName()))
                    ? more
                    : more.resolve(own.getFileName());
            if (Files.exists(kept) && !found.contains(kept)) {
                found.add(kept);
            }
        }
        return found;
    }

    /** Whether any user of this machine may reach a path. */
    static boolean open(Path path) throws IOException {
        for (Path p = path; p != null; p = p.getParent()) {
            Set<java.nio.file.attribute.PosixFilePermission> rights = Files.getPosixFilePermissions(p);
            if (!rights.contains(java.nio.file.attribute.PosixFilePermission.OTHERS_EXECUTE)
                    && (Files.isDirectory(p) || p.equals(path))) {
                return false;
            }
        }
        return true;
    }

    /** Command line of a bare interpreter that runs the bootstrap; {@code -I} would drop the fixed hash seed. */
    public List<String> command() {
        return List.of(binary.toString(), "-s", "-S", "-B", "-c", Programs.BOOTSTRAP);
    }
}
