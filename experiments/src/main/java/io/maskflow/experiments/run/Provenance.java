package io.maskflow.experiments.run;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be asked of the machine and the checkout that a run happens on. */
public final class Provenance {

    private static final Pattern JAR = Pattern.compile(
            ".*?(pytorch-engine|pytorch-jni|pytorch-native-cpu|pytorch-native-cu\\d+|tokenizers|nd4j-native|commons-math3)-(\\d[^/\\\\]*)\\.jar");

    private Provenance() {}

    /** Name, version and vendor of the virtual machine. */
    static String java() {
        return System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + " ("
                + System.getProperty("java.vendor") + ")";
    }

    /** Versions of the jars on the class path that can move a number. */
    public static Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        versions.put("maskflow", "0.1.0-SNAPSHOT");
        for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator)) {
            Matcher jar = JAR.matcher(entry);
            if (jar.matches()) {
                versions.putIfAbsent(jar.group(1), jar.group(2));
            }
        }
        return versions;
    }

    /** Operating system, architecture, cores, memory. */
    static Map<String, String> machine() {
        Map<String, String> machine = new LinkedHashMap<>();
        machine.put("os", System.getProperty("os.name") + " " + System.getProperty("os.version"));
        machine.put("arch", System.getProperty("os.arch"));
        machine.put("cores", String.valueOf(Runtime.getRuntime().availableProcessors()));
        machine.put("heap_max_mb", String.valueOf(Runtime.getRuntime().maxMemory() >> 20));
        return machine;
    }

    /** The commit of the checkout in {@code MASKFLOW_HOME} or the working directory. */
    public static String commit() {
        String home = System.getenv("MASKFLOW_HOME");
        Path folder = Path.of(home == null || home.isBlank() ? "." : home);
        String head = git(folder, "rev-parse", "HEAD");
        if (head.isEmpty()) {
            return "unknown";
        }
        return git(folder, "status", "--porcelain", "--untracked-files=no").isEmpty() ? head : head + "-dirty";
    }

    private static String git(Path folder, String... arguments) {
        try {
            ProcessBuilder builder = new ProcessBuilder("git", "-C", folder.toString());
            builder.command().addAll(List.of(arguments));
            Process process =
                    builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0 ? output : "";
        } catch (IOException noGit) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
