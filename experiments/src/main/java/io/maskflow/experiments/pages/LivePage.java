package io.maskflow.experiments.pages;

import java.util.Map;

/** The page of {@code serve}: a prompt, one or two decoders, and their tokens on the way. One file, no network but the server. */
public final class LivePage {

    private LivePage() {}

    /**
     * The page.
     *
     * @param facts what the script finds as {@code page.data}
     */
    public static String of(Map<String, Object> facts) {
        return Page.withoutCharts("live", "maskflow, live", BODY, facts);
    }

    private static final String BODY =
            """
            <form id="ask">
              <div class="line">
                <label>problem <select id="problem"><option value="">none, my own prompt</option></select></label>
                <label id="keyline" hidden>API key <input id="key" type="password" autocomplete="off" size="14"></label>
              </div>
              <label for="prompt">prompt</label>
              <textarea id="prompt" rows="4" spellcheck="false"></textarea>
              <div class="line">
                <label>decoder <select id="first"></select></label>
                <label>beside it <select id="second"></select></label>
                <label>budget <input id="budget" type="range" min="0" max="5" step="1"> <output id="steps"></output></label>
                <label id="priceline" hidden>price of a call <input id="price" type="range" min="0" max="100" step="1"> <output id="paid"></output></label>
                <label>length <input id="length" type="number" min="1" inputmode="numeric"></label>
                <label>seed <input id="seed" type="number" value="0" inputmode="numeric"></label>
              </div>
              <div class="line">
                <button type="submit" id="run" title="Ctrl + Enter">decode</button>
                <button type="button" id="stop" title="Escape" disabled>stop</button>
                <span id="said" role="status"></span>
              </div>
            </form>
            <div id="panels"></div>
            <p id="key-of-marks"><span><i class="again"></i> re-edited or masked again</span> <span><i class="committed"></i> committed</span>
              <span><i class="filled"></i> filled</span> <span>deeper blue: larger progress <em>t</em></span>
              <span>keys: Ctrl + Enter decodes, Escape stops, arrows move in a picture</span></p>
            <template id="panel">
              <section>
                <h2><span class="name"></span> <span class="verdict"></span></h2>
                <p class="state"></p>
                <pre class="text" aria-label="the response so far"></pre>
                <div class="picture"><canvas tabindex="0" role="img"
                  aria-label="paths of all tokens: a row per position, a column per step; arrow keys move"></canvas></div>
                <p class="detail"></p>
              </section>
            </template>
            """;
}
