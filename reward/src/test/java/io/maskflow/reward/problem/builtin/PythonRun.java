package io.maskflow.reward.problem.builtin;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs trusted reference programs and their asserts in one Python process. */
final class PythonRun {
    private static final String SCRIPT =
            """
            import json, sys
            for line in sys.stdin:
                row = json.loads(line)
                names = {}
                try:
                    exec(row["code"], names)
                    for test in row["tests"]:
                        exec(test, names)
                    print("passed")
                except BaseException as error:
                    print(repr(error).replace("\\n", " "))
            """;

    private final List<String> rows = new ArrayList<>();
    private final ObjectMapper json = new ObjectMapper();

    void add(String code, List<String> tests) throws IOException {
        rows.add(json.writeValueAsString(Map.of("code", code, "tests", tests)));
    }

    /** A line for each program: {@code passed}, or what went wrong. */
    List<String> verdicts() throws IOException, InterruptedException {
        Process python = new ProcessBuilder("python3", "-I", "-S", "-W", "ignore", "-c", SCRIPT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        Thread writer = new Thread(() -> {
            try (var input = python.outputWriter(StandardCharsets.UTF_8)) {
                for (String row : rows) {
                    input.write(row);
                    input.write('\n');
                }
            } catch (IOException ended) {
                python.destroy();
            }
        });
        writer.start();
        List<String> verdicts =
                python.inputReader(StandardCharsets.UTF_8).lines().toList();
        writer.join();
        python.waitFor();
        return verdicts;
    }
}
