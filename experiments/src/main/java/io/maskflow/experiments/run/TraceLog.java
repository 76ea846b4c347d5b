package io.maskflow.experiments.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** One decoding, step by step; as JSON lines: what was asked, a line per {@link Step}, what came out. */
public final class TraceLog implements DecodingObserver {

    private final IntFunction<String> text;
    private final List<Step> steps = new ArrayList<>();
    private final Integer[] tokens;
    private final float[] progress;

    /**
     * A trace of one response.
     *
     * @param length {@code N}
     * @param text the text of a token id
     */
    public TraceLog(int length, IntFunction<String> text) {
        this.text = text;
        this.tokens = new Integer[length];
        this.progress = new float[length];
    }

    /**
     * The response after a step, and what was seen and done at the positions that the step looked at. Arrays are owned by
     * this object and must not be changed.
     *
     * @param step step index, counted over the whole generation
     * @param from first response position looked at
     * @param to the one after the last
     * @param tokens {@code [N]} token ids, null where masked; for the flow the current estimates
     * @param text {@code [N]} their texts, null where masked
     * @param t {@code [N]} progress after the step
     * @param predicted {@code [to - from]} the model's tokens
     * @param confidence {@code [to - from]} their probabilities
     * @param filled response positions unmasked in this step
     * @param reEdited response positions re-edited, or for ReMDM masked again
     * @param committed response positions committed
     * @param fraction {@code [to - from]} step fractions of the flow, null for other decoders
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Step(
            int step,
            int from,
            int to,
            Integer[] tokens,
            String[] text,
            float[] t,
            int[] predicted,
            float[] confidence,
            List<Integer> filled,
            List<Integer> reEdited,
            List<Integer> committed,
            float[] fraction) {}

    @Override
    public void onStep(DecodingStep step) {
        int to = Math.min(tokens.length, step.from() + step.predicted().length);
        boolean flow = step.filled().length == 0;
        List<Integer> filled = new ArrayList<>();
        List<Integer> reEdited = new ArrayList<>();
        for (int at = step.from(); at < to; at++) {
            int i = at - step.from();
            if (flow ? step.active()[i] : step.filled()[i]) {
                tokens[at] = step.predicted()[i];
            }
            if (!flow && step.filled()[i]) {
                filled.add(at);
            }
            if (step.reEdited()[i]) {
                reEdited.add(at);
                tokens[at] = flow ? tokens[at] : null;
            }
            progress[at] = flow ? step.progressAfter()[i] : tokens[at] == null ? 0f : 1f;
        }
        int looked = to - step.from();
        steps.add(new Step(
                step.step(),
                step.from(),
                to,
                tokens.clone(),
                texts(),
                progress.clone(),
                Arrays.copyOf(step.predicted(), looked),
                Arrays.copyOf(step.confidence(), looked),
                filled,
                reEdited,
                Arrays.stream(step.committed()).boxed().toList(),
                flow ? Arrays.copyOf(step.fraction(), looked) : null));
    }

    private String[] texts() {
        String[] texts = new String[tokens.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = tokens[i] == null ? null : text(tokens[i]);
        }
        return texts;
    }

    /** {@code N}. */
    public int length() {
        return tokens.length;
    }

    /** The steps so far, in order. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** The text of a token id. */
    public String text(int token) {
        return text.apply(token);
    }

    /**
     * Writes the lines.
     *
     * @param file where; replaced if it is there
     * @param asked the first line: a record or a map
     * @param response what came out, the last line
     * @param answer its text
     * @throws ConfigurationException if the file cannot be written
     */
    public void write(Path file, Object asked, DecodedResponse response, String answer) {
        Map<String, Object> last = new LinkedHashMap<>();
        last.put("tokens", response.tokenIds());
        last.put("t", response.finalProgress());
        last.put("nfe", response.nfe());
        last.put("answer", answer);
        List<String> json = new ArrayList<>();
        try {
            json.add(JsonLines.MAPPER.writeValueAsString(asked));
            for (Step step : steps) {
                json.add(JsonLines.MAPPER.writeValueAsString(step));
            }
            json.add(JsonLines.MAPPER.writeValueAsString(last));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        try {
            Files.write(file, json);
        } catch (IOException unwritable) {
            throw new ConfigurationException(
                    "--trace must name a file that can be written, was " + file + ": " + unwritable.getMessage(),
                    unwritable);
        }
    }
}
