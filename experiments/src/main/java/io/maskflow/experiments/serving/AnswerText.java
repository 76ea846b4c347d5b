package io.maskflow.experiments.serving;

import io.maskflow.decoder.tokenizer.Tokenizer;
import java.util.List;
import java.util.Set;

/**
 * Text of an answer out of its tokens, whole or as far as they stand fast.
 *
 * @param text before the first end token and before the first stop text
 * @param stopped whether it ended by one of them
 * @param tokens before the first end token
 */
record AnswerText(String text, boolean stopped, int tokens) {

    private static final char INCOMPLETE = '\uFFFD';

    /**
     * The whole text.
     *
     * @param ids all tokens of a response
     */
    static AnswerText whole(Tokenizer tokenizer, Set<Integer> endIds, int[] ids, List<String> stops) {
        int tokens = Tokenizer.lengthBeforeEnd(ids, endIds);
        String text = tokenizer.decodeUntilEnd(ids, endIds);
        int cut = firstStop(text, stops);
        return new AnswerText(cut < 0 ? text : text.substring(0, cut), cut >= 0 || tokens < ids.length, tokens);
    }

    /**
     * What of the text can be said already: nothing that the tokens behind could change. A character whose bytes are not all
     * there waits, and so does an end that a stop text could begin with.
     *
     * @param settled tokens that stand fast, from the left
     */
    static AnswerText sofar(Tokenizer tokenizer, Set<Integer> endIds, int[] settled, List<String> stops) {
        AnswerText seen = whole(tokenizer, endIds, settled, stops);
        if (seen.stopped()) {
            return seen;
        }
        int end = seen.text().length();
        while (end > 0 && seen.text().charAt(end - 1) == INCOMPLETE) {
            end--;
        }
        String text = seen.text().substring(0, end);
        return new AnswerText(text.substring(0, end - begunStop(text, stops)), false, seen.tokens());
    }

    private static int firstStop(String text, List<String> stops) {
        return stops.stream()
                .mapToInt(text::indexOf)
                .filter(at -> at >= 0)
                .min()
                .orElse(-1);
    }

    /** Characters at the end that a stop text could begin with. */
    private static int begunStop(String text, List<String> stops) {
        int most = 0;
        for (String stop : stops) {
            for (int k = Math.min(stop.length() - 1, text.length()); k > most; k--) {
                if (text.endsWith(stop.substring(0, k))) {
                    most = k;
                }
            }
        }
        return most;
    }

    /** OpenAI's word for the end. */
    String finishReason() {
        return stopped ? "stop" : "length";
    }
}
