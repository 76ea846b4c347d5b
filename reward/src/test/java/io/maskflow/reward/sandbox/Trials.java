package io.maskflow.reward.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.reward.PublicData;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.MbppProblems;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.suite.TestSuite;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** What the trials of the grader share: data, and honest Python beside it. */
public final class Trials {
    public static final ObjectMapper MAPPER = new ObjectMapper();
    public static final SandboxLimits SHORT = new SandboxLimits(1, 3, 512);

    private Trials() {}

    /** Is the whole of a long trial asked for ({@code -Dmaskflow.trials=full}), and not the sample that every build runs? */
    public static boolean full() {
        return "full".equals(System.getProperty("maskflow.trials"));
    }

    public static Path resource(String name) {
        try {
            return Path.of(Trials.class.getResource("/" + name).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    public static List<CodingProblem> mbpp() {
        return MbppProblems.read(PublicData.MBPP.file());
    }

    /** Does a container engine answer here? Otherwise says so. Asked before Testcontainers is, which waits long. */
    public static boolean engine() {
        try {
            Process process = new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}")
                    .redirectErrorStream(true)
                    .start();
            boolean answers = process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS) && process.exitValue() == 0;
            if (!answers) {
                System.out.println(
                        "SKIPPED (docker): no container engine answers here; the container level is not tested");
            }
            return answers;
        } catch (IOException e) {
            System.out.println("SKIPPED (docker): no docker client here; the container level is not tested");
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Is this level usable here? Otherwise says so, by name. */
    public static boolean usable(IsolationLevel level) {
        IsolationProbe.Report report = IsolationProbe.probe(level, PythonRuntime.find(""));
        if (!report.usable()) {
            System.out.println("SKIPPED at level " + level.word() + ": " + report.problem());
        }
        return report.usable();
    }

    /** Runs a test script with JSON lines in and JSON lines out. */
    public static List<JsonNode> python(String script, List<JsonNode> rows, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                PythonRuntime.find("").binary().toString(),
                resource("programs/" + script).toString()));
        command.addAll(Arrays.asList(arguments));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            try (OutputStream out = process.getOutputStream()) {
                for (JsonNode row : rows) {
                    out.write(MAPPER.writeValueAsBytes(row));
                    out.write('\n');
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        List<JsonNode> answers = new ArrayList<>();
        try (InputStream in = process.getInputStream();
                BufferedReader lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                answers.add(MAPPER.readTree(line));
            }
        }
        writer.join();
        return answers;
    }

    public static JsonNode row(String code, TestSuite tests) {
        return MAPPER.valueToTree(Map.of("code", code, "setup", tests.setup(), "tests", tests.asserts()));
    }

    /** The blocks of a file of programs: head fields and program. */
    public static List<Block> blocks(String name) throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (String part : Files.readString(resource("programs/" + name)).split("(?m)^### ")) {
            if (part.startsWith("#") || part.isBlank()) {
                continue;
            }
            int end = part.indexOf('\n');
            String[] head = part.substring(0, end).split(" \\| ");
            blocks.add(new Block(
                    head[0].strip(), List.of(head[1].strip().split("\\|")), head[2].strip(), part.substring(end + 1)));
        }
        return blocks;
    }

    /** One program of such a file. */
    public record Block(String name, List<String> verdicts, String tests, String code) {}
}
