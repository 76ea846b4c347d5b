package io.maskflow.experiments.export;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A Python that has some modules: the one that {@code MASKFLOW_PYTHON} names ({@code .ci/run} makes it), or {@code python3}. */
public final class PythonWith {

    private PythonWith() {}

    /** The program; a test without it is skipped by name. */
    public static String modules(String what, String... modules) {
        String program = Optional.ofNullable(System.getenv("MASKFLOW_PYTHON")).orElse("python3");
        boolean there;
        try {
            there = run(1800, program, "-c", "import " + String.join(", ", modules))
                    .startsWith("exit 0");
        } catch (IOException none) {
            there = false;
        }
        Assumptions.assumeTrue(
                there,
                what + " NOT TRIED: no Python with " + String.join(", ", modules)
                        + " on this machine (MASKFLOW_PYTHON names one)");
        return program;
    }

    /** A script of the test resources. */
    public static Path script(String name) {
        return Path.of("src/test/resources/export", name).toAbsolutePath();
    }

    /** Runs to the end; the first line of what is returned is the exit code. */
    public static String run(int seconds, String... command) throws IOException {
        Path log = Files.createTempFile("python", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)));
            builder.environment().put("HF_HUB_OFFLINE", "1");
            builder.environment().put("TOKENIZERS_PARALLELISM", "false");
            builder.environment()
                    .put(
                            "HF_MODULES_CACHE",
                            log.resolveSibling(log.getFileName() + ".modules").toString());
            Process process = builder.redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return "exit timeout\n" + Files.readString(log, StandardCharsets.UTF_8);
            }
            return "exit " + process.exitValue() + "\n" + Files.readString(log, StandardCharsets.UTF_8);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(stop);
        } finally {
            Files.deleteIfExists(log);
        }
    }
}
