package io.maskflow.experiments.report;

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

/**
 * One decoding as JSON lines: what was asked, a line per step, what came out.
 *
 * <p>A step's line has the whole response after the step: {@code tokens} and their {@code text} (null where masked; for
 * the flow the current estimates) and the progress {@code t}; and of the positions looked at, {@code from} and
 * {@code to}: the model's {@code predicted} tokens with their {@code confidence}, the positions {@code filled},
 * {@code reEdited} (for ReMDM: masked again) and {@code committed} in this step, and the flow's step {@code fraction}.
 */
public final class TraceLog implements DecodingObserver {

    private final IntFunction<String> text;
    private final List<Object> lines = new ArrayList<>();
    private final Integer[] tokens;
    private final float[] progress;

    /**
     * A trace of one response.
     *
     * @param request what was asked, the first line: a record or a map
     * @param length {@code N}
     * @param text the text of a token id
     */
    public TraceLog(Object request, int length, IntFunction<String> text) {
        this.text = text;
        this.tokens = new Integer[length];
        this.progress = new float[length];
        lines.add(request);
    }

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
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", step.step());
        line.put("from", step.from());
        line.put("to", to);
        line.put("tokens", tokens.clone());
        line.put("text", texts());
        line.put("t", progress.clone());
        line.put("predicted", Arrays.copyOf(step.predicted(), to - step.from()));
        line.put("confidence", Arrays.copyOf(step.confidence(), to - step.from()));
        line.put("filled", filled);
        line.put("reEdited", reEdited);
        line.put("committed", step.committed() < 0 ? List.of() : List.of(step.committed()));
        if (flow) {
            line.put("fraction", Arrays.copyOf(step.fraction(), to - step.from()));
        }
        lines.add(line);
    }

    private String[] texts() {
        String[] texts = new String[tokens.length];
        for (int i = 0; i < texts.length; i++) {
            texts[i] = tokens[i] == null ? null : text.apply(tokens[i]);
        }
        return texts;
    }

    /**
     * Writes the file: a page to replay the decoding with if its name ends in {@code .html}, else the lines.
     *
     * @param file where; replaced if it is there
     * @param response what came out, the last line
     * @param answer its text
     * @throws ConfigurationException if the file cannot be written
     */
    public void write(Path file, DecodedResponse response, String answer) {
        Map<String, Object> last = new LinkedHashMap<>();
        last.put("tokens", response.tokenIds());
        last.put("t", response.finalProgress());
        last.put("nfe", response.nfe());
        last.put("answer", answer);
        lines.add(last);
        List<String> json = new ArrayList<>();
        try {
            for (Object line : lines) {
                json.add(JsonLines.MAPPER.writeValueAsString(line));
            }
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        try {
            if (file.toString().endsWith(".html")) {
                Files.writeString(file, page(json));
            } else {
                Files.write(file, json);
            }
        } catch (IOException unwritable) {
            throw new ConfigurationException(
                    "--trace must name a file that can be written, was " + file + ": " + unwritable.getMessage(),
                    unwritable);
        }
    }

    /** The replay page: the lines as one JSON array inside it, with no text that could end the element they stand in. */
    private static String page(List<String> json) {
        String lines = "[" + String.join(",\n", json).replace("<", "\\u003c") + "]";
        return Report.resource("replay.html").replace("TRACE", lines);
    }
}
