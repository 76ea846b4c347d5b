package io.maskflow.experiments.metrics;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.run.JsonLines;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code samples.jsonl}: answers of the training as they were drawn, a line each. */
public final class SampleLog implements AutoCloseable {

    private final JsonLines lines;

    private SampleLog(JsonLines lines) {
        this.lines = lines;
    }

    /**
     * One answer.
     *
     * @param step training step, from 1
     * @param id the problem
     * @param steps {@code T} of its decoding
     * @param sample which of its group
     * @param verdict in words, such as {@code passed}
     * @param reward task reward; null without a verdict
     * @param nfe model calls
     * @param text the answer, cut at the first end token
     */
    public record Sample(
            long step, String id, int steps, long sample, String verdict, Double reward, int nfe, String text) {

        /** As it is shown in an event file. */
        String markdown() {
            String worth = reward == null ? "no reward" : "reward " + reward;
            return "problem " + id + ", " + verdict + ", " + worth + ", " + nfe + " of " + steps
                    + " model calls\n\n    " + text.replace("\n", "\n    ");
        }
    }

    /** Opens the log of a run that goes on after {@code lastStep}; later lines are removed. */
    public static SampleLog resume(Path file, long lastStep) {
        JsonLines.retain(file, line -> line.path("step").asLong(-1) <= lastStep);
        return new SampleLog(JsonLines.append(file));
    }

    /** Writes some answers. */
    public void append(List<Sample> samples) {
        samples.forEach(lines::add);
    }

    /** Reads a log; a missing one is empty. */
    public static List<Sample> read(Path file) {
        List<Sample> samples = new ArrayList<>();
        if (!Files.exists(file)) {
            return samples;
        }
        for (JsonNode line : JsonLines.read(file)) {
            try {
                samples.add(JsonLines.MAPPER.treeToValue(line, Sample.class));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException("a line of " + file + " must be a sample, was " + line, e);
            }
        }
        return samples;
    }

    @Override
    public void close() {
        lines.close();
    }
}
