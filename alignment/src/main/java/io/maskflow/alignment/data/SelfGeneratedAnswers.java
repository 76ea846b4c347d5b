package io.maskflow.alignment.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Answers of a backbone to prompts, made once and kept in a JSONL file, so that the making can be stopped and taken up
 * again.
 *
 * <p>A line is {@code {"prompt_ids": [...], "answer_ids": [...]}}; answers end before the first end token.
 *
 * @paper XF Sec. 5.1
 */
public final class SelfGeneratedAnswers {

    private static final ObjectMapper JSON = new ObjectMapper();

    private SelfGeneratedAnswers() {}

    /** Answers a few prompts at once. */
    @FunctionalInterface
    public interface Answering {

        /**
         * Answers.
         *
         * @param prompts token ids
         * @return an answer to each, without end tokens; an empty one if the backbone said nothing
         */
        List<int[]> answer(List<int[]> prompts);
    }

    /**
     * Makes the answers that the file does not have yet.
     *
     * @param file made if missing; a line that was cut short is made again
     * @param prompts all prompts, in order; those of the lines that are there must be the same
     * @param together prompts per call, at least 1
     * @param answering the backbone
     * @param progress told the number of answers after each call
     * @return all pairs with an answer of at least one token
     * @throws IOException if the file cannot be read or written
     * @throws IllegalStateException if the file holds answers to other prompts
     */
    public static List<TrainingExample> complete(
            Path file, List<int[]> prompts, int together, Answering answering, IntConsumer progress)
            throws IOException {
        List<int[][]> pairs = Files.exists(file) ? readWhole(file) : new ArrayList<>();
        if (pairs.size() > prompts.size()) {
            pairs = new ArrayList<>(pairs.subList(0, prompts.size()));
        }
        for (int i = 0; i < pairs.size(); i++) {
            if (!Arrays.equals(pairs.get(i)[0], prompts.get(i))) {
                throw new IllegalStateException(file + ", line " + (i + 1)
                        + ": the answer is to another prompt; delete the file to start anew");
            }
        }
        rewrite(file, pairs);
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.APPEND)) {
            while (pairs.size() < prompts.size()) {
                List<int[]> asked = prompts.subList(pairs.size(), Math.min(prompts.size(), pairs.size() + together));
                List<int[]> answers = answering.answer(asked);
                for (int i = 0; i < asked.size(); i++) {
                    int[][] pair = {asked.get(i), answers.get(i)};
                    out.write(line(pair));
                    pairs.add(pair);
                }
                out.flush();
                progress.accept(pairs.size());
            }
        }
        return examples(pairs);
    }

    /**
     * Reads a file of answers.
     *
     * @param file written by {@link #complete} or {@link #write}
     * @return all pairs with an answer of at least one token
     * @throws IOException if the file cannot be read, or a line is damaged: the message names file and line
     */
    public static List<TrainingExample> read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file);
        List<int[][]> pairs = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            int[][] pair = parse(lines.get(i));
            if (pair == null) {
                throw new IOException(file + ", line " + (i + 1)
                        + ": expected {\"prompt_ids\": [...], \"answer_ids\": [...]}, found " + excerpt(lines.get(i)));
            }
            pairs.add(pair);
        }
        return examples(pairs);
    }

    /**
     * Writes pairs as a file of answers.
     *
     * @param file replaced if it exists
     * @param examples the pairs
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, List<TrainingExample> examples) throws IOException {
        rewrite(
                file,
                examples.stream()
                        .map(example -> new int[][] {example.promptIds(), example.answerIds()})
                        .toList());
    }

    private static List<TrainingExample> examples(List<int[][]> pairs) {
        return pairs.stream()
                .filter(pair -> pair[1].length > 0)
                .map(pair -> new TrainingExample(pair[0], pair[1]))
                .toList();
    }

    /** Lines up to the first that cannot be read: a stopped run may have left half a line. */
    private static List<int[][]> readWhole(Path file) throws IOException {
        List<int[][]> pairs = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            int[][] pair = parse(line);
            if (pair == null) {
                break;
            }
            pairs.add(pair);
        }
        return pairs;
    }

    private static void rewrite(Path file, List<int[][]> pairs) throws IOException {
        StringBuilder text = new StringBuilder();
        for (int[][] pair : pairs) {
            text.append(line(pair));
        }
        Files.createDirectories(file.toAbsolutePath().getParent());
        Path growing = file.resolveSibling(file.getFileName() + ".part");
        Files.write(growing, text.toString().getBytes(StandardCharsets.UTF_8));
        Files.move(growing, file, StandardCopyOption.REPLACE_EXISTING);
    }

    private static String line(int[][] pair) throws JsonProcessingException {
        ObjectNode line = JSON.createObjectNode();
        ArrayNode prompt = line.putArray("prompt_ids");
        for (int id : pair[0]) {
            prompt.add(id);
        }
        ArrayNode answer = line.putArray("answer_ids");
        for (int id : pair[1]) {
            answer.add(id);
        }
        return JSON.writeValueAsString(line) + "\n";
    }

    private static int[][] parse(String line) {
        try {
            JsonNode tree = JSON.readTree(line);
            int[] prompt = tree == null ? null : ids(tree.path("prompt_ids"));
            int[] answer = tree == null ? null : ids(tree.path("answer_ids"));
            return prompt == null || answer == null ? null : new int[][] {prompt, answer};
        } catch (JsonProcessingException noJson) {
            return null;
        }
    }

    private static int[] ids(JsonNode array) {
        if (!array.isArray()) {
            return null;
        }
        int[] ids = new int[array.size()];
        for (int i = 0; i < ids.length; i++) {
            if (!array.get(i).isInt()) {
                return null;
            }
            ids[i] = array.get(i).intValue();
        }
        return ids;
    }

    private static String excerpt(String line) {
        return line.length() <= 60 ? line : line.substring(0, 60) + "...";
    }
}
