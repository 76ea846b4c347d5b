package io.maskflow.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files of programs in, files of verdicts out; and what an interruption leaves. */
class GradeFileTest {
    private static Grader grader;

    @TempDir
    Path folder;

    @BeforeAll
    static void open() {
        grader = new Grader(GraderSettings.defaults().withWorkers(2));
    }

    @AfterAll
    static void close() {
        grader.close();
    }

    /** A program that is right for even numbers; {@code pause} seconds slow. */
    private static String row(int id, String pause) {
        return "{\"id\": " + id + ", \"code\": \"import time\\ntime.sleep(" + pause + ")\\ndef f():\\n    return "
                + id % 2 + "\", \"test_list\": [\"assert f() == 0\"]}\n";
    }

    private static String rows(int from, int to, String pause) {
        return String.join(
                "", IntStream.range(from, to).mapToObj(i -> row(i, pause)).toList());
    }

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        try (OutputStream raw = Files.newOutputStream(file);
                OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(raw) : raw) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return file;
    }

    private static List<String> verdicts(Path out) {
        return JsonRows.read(out).stream()
                .map(r -> r.name("id") + " " + r.text("verdict"))
                .toList();
    }

    private static List<String> expected(int rows) {
        return IntStream.range(0, rows)
                .mapToObj(i -> i + (i % 2 == 0 ? " passed" : " failed"))
                .toList();
    }

    @Test
    void severalFilesPlainAndPackedAreOneList() throws IOException {
        List<Path> files = List.of(file("a.jsonl", rows(0, 3, "0")), file("b.jsonl.gz", rows(3, 5, "0")));
        Path out = folder.resolve("deeper/verdicts.jsonl.gz");
        GradeFile.Summary summary = new GradeFile(grader).run(files, out, false, p -> {});
        assertThat(summary.rows()).isEqualTo(5);
        assertThat(verdicts(out)).isEqualTo(expected(5));
    }

    @Test
    void everyVerdictIsOnDiskBeforeTheNextRow() throws IOException {
        Path programs = file("a.jsonl", rows(0, 4, "0"));
        Path out = folder.resolve("verdicts.jsonl");
        new GradeFile(grader)
                .run(programs, out, progress -> assertThat(verdicts(out)).isEqualTo(expected(progress.done())));
        assertThat(verdicts(out)).hasSize(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"verdicts.jsonl", "verdicts.jsonl.gz"})
    void resumingKeepsWhatIsThereToTheByteAndDropsAHalfLine(String name) throws IOException {
        String kept = "{\"id\":  0, \"verdict\": \"passed\", \"tests\": [\"passed\"], \"note\": \"an earlier run\"}\n";
        Path programs = file("a.jsonl", rows(0, 3, "0"));
        Path out = file(name, kept + "{\"id\": 1, \"verd");
        new GradeFile(grader).run(List.of(programs), out, true, p -> {});
        assertThat(verdicts(out)).isEqualTo(expected(3));
        assertThat(JsonRows.read(out).get(0).text("note")).isEqualTo("an earlier run");
        if (!name.endsWith(".gz")) {
            assertThat(Files.readString(out)).startsWith(kept);
        }
        assertThat(folder.resolve(name + ".part")).doesNotExist();
    }

    @Test
    void verdictsOfOtherProgramsAreNotGoneOnWith() throws IOException {
        Path programs = file("a.jsonl", rows(0, 2, "0"));
        Path out = file("v.jsonl", "{\"id\": 7, \"verdict\": \"passed\"}\n");
        assertThatThrownBy(() -> new GradeFile(grader).run(List.of(programs), out, true, p -> {}))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("v.jsonl:1: holds a verdict of 7");
        assertThat(Files.readString(out)).contains("\"id\": 7");
    }

    @Test
    void unknownKeysAreRefusedByNameBeforeAnythingIsWritten() throws IOException {
        Path programs = file("a.jsonl", row(0, "0") + row(1, "0").replace("\"code\"", "\"timout\": 3, \"code\""));
        Path out = folder.resolve("v.jsonl");
        assertThatThrownBy(() -> new GradeFile(grader).run(programs, out, p -> {}))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("a.jsonl:2: unknown key timout; known are");
        assertThat(out).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"TERM", "KILL"
            }) // INT ends a JVM as TERM does, but is ignored below a shell that runs in the background
    void anInterruptionLosesNoVerdictAndTheRestFollows(String signal) throws Exception {
        Path programs = file("a.jsonl", rows(0, 40, "0.1"));
        Path out = folder.resolve("verdicts.jsonl");
        Process jvm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Grading.class.getName(),
                        programs.toString(),
                        out.toString())
                .redirectErrorStream(true)
                .start();
        int told = 0;
        try (var said = jvm.inputReader()) {
            for (String line = said.readLine(); line != null; line = said.readLine()) {
                told += line.startsWith("done ") ? 1 : 0;
                if (line.equals("done 5")) {
                    new ProcessBuilder("kill", "-" + signal, "" + jvm.pid())
                            .start()
                            .waitFor();
                }
            }
        }
        assertThat(jvm.waitFor()).isNotZero();
        String text = Files.readString(out);
        assertThat(text).endsWith("\n");
        assertThat(verdicts(out))
                .hasSizeBetween(told, 39)
                .isEqualTo(expected(verdicts(out).size()));
        new GradeFile(grader).run(List.of(programs), out, true, p -> {});
        assertThat(Files.readString(out)).startsWith(text);
        assertThat(verdicts(out)).isEqualTo(expected(40));
    }

    /** Grades a file in a JVM of its own, and says how far it is. */
    static final class Grading {
        public static void main(String[] arguments) throws IOException {
            try (Grader own = new Grader(GraderSettings.defaults().withWorkers(1))) {
                new GradeFile(own)
                        .run(Path.of(arguments[0]), Path.of(arguments[1]), p -> System.out.println("done " + p.done()));
            }
        }
    }
}
