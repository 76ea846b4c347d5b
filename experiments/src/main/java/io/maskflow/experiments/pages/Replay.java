package io.maskflow.experiments.pages;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.run.TraceLog;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The replay page: every token's path over the steps of a decoding as a picture to scrub through, with prompt, answer and
 * verdict beside it; of one decoding or of several to choose from, two of them side by side. One file that needs no network.
 */
public final class Replay {

    private Replay() {}

    /**
     * One decoding to be shown.
     *
     * @param label in the list of decodings, such as {@code sample 3}
     * @param facts name to text, beside the picture: base model, decoder, budget, seed
     * @param prompt what was asked
     * @param trace its steps
     * @param response what came out
     * @param answer its text
     * @param verdict what the grader said; empty if nobody asked it
     */
    public record Decoding(
            String label,
            Map<String, String> facts,
            String prompt,
            TraceLog trace,
            DecodedResponse response,
            String answer,
            Optional<Verdict> verdict) {

        /** Copies the facts, in their order. */
        public Decoding {
            facts = new LinkedHashMap<>(facts);
        }
    }

    /**
     * Writes the page.
     *
     * @param file where; replaced if it is there
     * @param title of the page
     * @param decodings at least one
     * @throws ConfigurationException if the file cannot be written
     */
    public static void write(Path file, String title, List<Decoding> decodings) {
        try {
            Files.writeString(file, page(title, decodings));
        } catch (IOException unwritable) {
            throw new ConfigurationException(
                    "a page needs a file that can be written, was " + file + ": " + unwritable.getMessage(),
                    unwritable);
        }
    }

    static String page(String title, List<Decoding> decodings) {
        if (decodings.isEmpty()) {
            throw new IllegalArgumentException("a replay needs at least one decoding, was given none");
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("decodings", decodings.stream().map(Replay::figures).toList());
        return Page.of("replay", title, BODY, figures);
    }

    private static Map<String, Object> figures(Decoding decoding) {
        Words words = new Words(decoding.trace());
        List<Map<String, Object>> steps = new ArrayList<>();
        for (TraceLog.Step step : decoding.trace().steps()) {
            steps.add(step(step, words));
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("label", decoding.label());
        figures.put("facts", decoding.facts());
        figures.put("prompt", decoding.prompt());
        figures.put("length", decoding.trace().length());
        figures.put("steps", steps);
        figures.put(
                "tokens",
                Arrays.stream(decoding.response().tokenIds()).map(words::place).toArray());
        figures.put("nfe", decoding.response().nfe());
        figures.put("answer", decoding.answer());
        decoding.verdict().ifPresent(verdict -> figures.put("verdict", verdict(verdict)));
        figures.put("words", words.texts);
        return figures;
    }

    private static Map<String, Object> verdict(Verdict verdict) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("kind", verdict.kind().word());
        figures.put("tests", verdict.tests().stream().map(kind -> kind.word()).toList());
        figures.put("note", verdict.note());
        return figures;
    }

    /** Probabilities and progress in thousandths, fractions in ten thousandths: enough for the eye, and small. */
    private static Map<String, Object> step(TraceLog.Step step, Words words) {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("step", step.step());
        figures.put("from", step.from());
        figures.put(
                "tokens",
                Arrays.stream(step.tokens())
                        .mapToInt(token -> token == null ? -1 : words.place(token))
                        .toArray());
        figures.put("t", scaled(step.t(), 1000));
        figures.put(
                "predicted", Arrays.stream(step.predicted()).map(words::place).toArray());
        figures.put("confidence", scaled(step.confidence(), 1000));
        if (step.fraction() != null) {
            figures.put("fraction", scaled(step.fraction(), 10_000));
        }
        figures.put("filled", step.filled());
        figures.put("again", step.reEdited());
        figures.put("committed", step.committed());
        return figures;
    }

    private static int[] scaled(float[] values, int scale) {
        int[] scaled = new int[values.length];
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] = Math.round(values[i] * scale);
        }
        return scaled;
    }

    /** Each text once; tokens are written as places in this list. */
    private static final class Words {
        private final TraceLog trace;
        private final Map<Integer, Integer> places = new LinkedHashMap<>();
        private final List<String> texts = new ArrayList<>();

        Words(TraceLog trace) {
            this.trace = trace;
        }

        int place(int token) {
            return places.computeIfAbsent(token, unused -> {
                texts.add(trace.text(token));
                return texts.size() - 1;
            });
        }
    }

    private static final String BODY =
            """
            <div id="choice">
              <label>decoding <select id="decoding"></select></label>
              <label>beside it <select id="beside"><option value="">nothing</option></select></label>
              <label>add those of another replay page <input type="file" id="more" accept=".html"></label> <span id="said"></span>
            </div>
            <div id="controls">
              <button type="button" id="play" title="space">play</button>
              <button type="button" id="back" title="left arrow" aria-label="one step back">&#9664;</button>
              <input id="step" type="range" min="0" value="0" aria-label="step">
              <button type="button" id="on" title="right arrow" aria-label="one step on">&#9654;</button>
              <output id="where"></output>
            </div>
            <div id="filters">
              <label>shade <select id="shade"><option value="t">progress t</option><option value="confidence">confidence</option>
              <option value="fraction">step fraction a</option></select></label>
              <label>tokens <select id="filter"><option value="all">all</option><option value="again">re-edited</option>
              <option value="changed">candidate changed</option><option value="open">still open at this step</option>
              <option value="late">committed after this step, or never</option></select></label>
              <label>find <input type="search" id="find" size="8" placeholder="token"></label>
            </div>
            <div id="panes"></div>
            <p id="key"><span><i class="again"></i> re-edited or masked again</span> <span><i class="committed"></i> committed</span>
              <span><i class="filled"></i> filled</span> <span><i class="changed"></i> another candidate than before</span>
              <span>keys: arrows, space, Home, End</span></p>
            <template id="pane"><section class="columns">
            <main>
              <h2 class="label"></h2>
              <pre class="text" aria-label="the response after this step"></pre>
              <p class="count"></p>
              <div class="picture"><canvas class="grid" tabindex="0" role="img"
                aria-label="paths of all tokens: a row per position, a column per step; arrow keys move"></canvas></div>
            </main>
            <aside>
              <h2>Token <output class="which"></output></h2>
              <p class="detail"></p>
              <figure><figcaption data-name="path of a token"><span>Its path</span></figcaption>
                <div class="plot path" role="img" aria-label="progress, confidence and step fraction of this token"></div></figure>
              <details><summary>Its steps as a table</summary><div class="table"><table><thead><tr><th>step</th><th>candidate</th>
                <th>confidence</th><th>a</th><th>t</th><th></th></tr></thead><tbody class="rows"></tbody></table></div></details>
              <h2>Prompt</h2><pre class="prompt"></pre>
              <h2>Answer <span class="verdict"></span></h2><pre class="answer"></pre>
              <p class="tests"></p>
              <dl class="facts"></dl>
            </aside>
            </section></template>
            """;
}
