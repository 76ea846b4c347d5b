package io.maskflow.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.Serializable;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.concurrent.TimeUnit;

/**
 * A reward that a command of one's own gives: it reads a JSON line for each answer from its standard input and writes a line
 * for each to its standard output, in the same order: a number, or an object with a number {@code reward}, or {@code null}.
 * A fresh process for each batch, so that what it says of an answer does not depend on what it saw before.
 *
 * <p>It is the user's own program and runs as the user, outside the sandbox. What is no finite number, a line that is
 * missing, a process that dies or does not end in time are "no score", never 0.
 *
 * @param run the command, for {@code sh -c}
 * @param seconds how long one batch may take, above 0
 */
public record CommandReward(String run, double seconds) implements Serializable {

    private static final ObjectMapper JSON = JsonMapper.builder().build();
    private static final int NOTE = 200;

    /** Checks that there is a command. */
    public CommandReward {
        if (run == null || run.isBlank()) {
            throw new IllegalArgumentException("run must be a command, was empty");
        }
        if (!(seconds > 0 && seconds < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("seconds must be above 0, was " + seconds);
        }
    }

    /**
     * What the command said of one answer.
     *
     * @param value the score; empty if there is none
     * @param fault why there is none, or empty
     */
    public record Score(OptionalDouble value, String fault) {

        private static Score none(String fault) {
            return new Score(OptionalDouble.empty(), fault);
        }
    }

    /**
     * The scores of some answers.
     *
     * @param answers one object for each, as JSON would have it
     * @return one score for each, in order
     */
    public List<Score> scores(List<?> answers) {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("maskflow-reward");
            return scores(answers, folder);
        } catch (IOException unwritable) {
            return Collections.nCopies(answers.size(), Score.none("cannot be asked: " + unwritable.getMessage()));
        } finally {
            delete(folder);
        }
    }

    private List<Score> scores(List<?> answers, Path folder) throws IOException {
        Path in = folder.resolve("in");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> lines = new ArrayList<>();
        for (Object answer : answers) {
            lines.add(JSON.writeValueAsString(answer));
        }
        Files.write(in, lines);
        Process process = new ProcessBuilder("sh", "-c", run)
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        String fault = "";
        try {
            if (!process.waitFor((long) (1e9 * seconds), TimeUnit.NANOSECONDS)) {
                fault = "did not end within " + seconds + " s";
            } else if (process.exitValue() != 0) {
                fault = "ended with exit code " + process.exitValue() + said(err);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            fault = "was interrupted";
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (!fault.isEmpty()) {
            return Collections.nCopies(answers.size(), Score.none(fault));
        }
        try {
            return read(Files.readAllLines(out), answers.size());
        } catch (MalformedInputException notText) {
            return Collections.nCopies(answers.size(), Score.none("wrote what is not UTF-8"));
        }
    }

    private static List<Score> read(List<String> lines, int count) {
        if (lines.size() > count) {
            return Collections.nCopies(count, Score.none("wrote " + lines.size() + " lines for " + count + " answers"));
        }
        List<Score> scores = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            scores.add(i < lines.size() ? score(lines.get(i)) : Score.none("wrote nothing about this answer"));
        }
        return scores;
    }

    private static Score score(String line) {
        try {
            JsonNode said = JSON.readTree(line);
            JsonNode number = said.isObject() ? said.path("reward") : said;
            if (number.isNumber() && Double.isFinite(number.doubleValue())) {
                return new Score(OptionalDouble.of(number.doubleValue()), "");
            }
        } catch (JsonProcessingException notJson) {
            // told below
        }
        return Score.none("wrote no number: " + line.substring(0, Math.min(NOTE, line.length())));
    }

    /** The last line of what it complained of. */
    private static String said(Path err) throws IOException {
        String all = new String(Files.readAllBytes(err), StandardCharsets.UTF_8).strip();
        String last = all.substring(all.lastIndexOf('\n') + 1);
        return last.isEmpty() ? "" : ": " + last.substring(0, Math.min(NOTE, last.length()));
    }

    private static void delete(Path folder) {
        if (folder == null) {
            return;
        }
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.deleteIfExists(file);
            }
            Files.deleteIfExists(folder);
        } catch (IOException left) {
            // a temporary folder that the system will sweep
        }
    }
}
