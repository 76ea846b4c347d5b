package io.maskflow.experiments.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@code results.jsonl}: one line per problem, decoder, budget and seed. */
public final class ResultsLog implements AutoCloseable {

    private final JsonLines lines;

    private ResultsLog(JsonLines lines) {
        this.lines = lines;
    }

    /**
     * One answer and its verdict.
     *
     * @param id the problem
     * @param decoder name of the decoder as in the configuration
     * @param budget such as {@code 1/4}
     * @param dial value of the decoder's dial where it was decoded at several ({@code type: curve}); null for one without
     * @param seed seed of the evaluation or of the trained policy
     * @param nfe model calls
     * @param tokens response tokens before the first end token
     * @param seconds wall time of this answer's share of its batch
     * @param verdict as {@code grade} gives it
     * @param passRate share of the asserts that passed; null without a verdict
     * @param passed whether all asserts passed
     * @param text the response, cut at the first end token
     * @param note what a program ended with, such as {@code NameError: name 'x' is not defined}; empty if it passed or
     *     nothing is known
     */
    public record Result(
            String id,
            String decoder,
            String budget,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double dial,
            long seed,
            int nfe,
            int tokens,
            double seconds,
            String verdict,
            @JsonProperty("pass_rate") Double passRate,
            boolean passed,
            String text,
            @JsonInclude(JsonInclude.Include.NON_EMPTY) String note)
            implements Serializable {

        private static final int LONGEST_NOTE = 200;

        /** Shortens the note and takes addresses out of it: equal runs leave equal bytes. */
        public Result {
            note = note == null
                    ? ""
                    : note.replaceAll("0x[0-9a-fA-F]+", "0x")
                            .lines()
                            .findFirst()
                            .orElse("");
            note = note.length() > LONGEST_NOTE ? note.substring(0, LONGEST_NOTE) : note;
        }

        /** Our own infrastructure failed: counted apart, never as a failure of the answer. */
        public static final String NO_VERDICT = "no_verdict";

        /** An answer of a decoder without a dial, and without a note. */
        public Result(
                String id,
                String decoder,
                String budget,
                long seed,
                int nfe,
                int tokens,
                double seconds,
                String verdict,
                Double passRate,
                boolean passed,
                String text) {
            this(id, decoder, budget, null, seed, nfe, tokens, seconds, verdict, passRate, passed, text, "");
        }

        /** The decoder's name, with the value of its dial if there is one. */
        public String label() {
            return dial == null ? decoder : decoder + " " + dial;
        }

        /** The same answer under another seed: for decoders that draw nothing. */
        public Result withSeed(long other) {
            return new Result(
                    id, decoder, budget, dial, other, nfe, tokens, seconds, verdict, passRate, passed, text, note);
        }

        /** The same answer under another decoder's name. */
        public Result of(String other) {
            return new Result(
                    id, other, budget, dial, seed, nfe, tokens, seconds, verdict, passRate, passed, text, note);
        }

        /** Whether the answer was judged at all. */
        public boolean judged() {
            return !NO_VERDICT.equals(verdict);
        }
    }

    /**
     * Opens the log at its end.
     *
     * @param file the log, made if it does not exist
     */
    public static ResultsLog open(Path file) {
        return new ResultsLog(JsonLines.append(file));
    }

    /** Writes one line. */
    public void append(Result result) {
        lines.add(result);
    }

    /**
     * Reads a log.
     *
     * @param file the log
     * @return its lines in order
     */
    public static List<Result> read(Path file) {
        List<Result> results = new ArrayList<>();
        for (JsonNode line : JsonLines.read(file)) {
            try {
                results.add(JsonLines.MAPPER.treeToValue(line, Result.class));
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(
                        "a line must be a result, was " + line + " (" + file + ":" + (results.size() + 1) + ")", e);
            }
        }
        return results;
    }

    @Override
    public void close() {
        lines.close();
    }
}
