package io.maskflow.reward.answer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Answers in LaTeX boxes and in answer tags. Texts are scanned once: a hostile one costs no more than its length. */
final class Boxed {
    private static final String BOX = "\\boxed";
    private static final String OPEN_BOX = "\\boxed{";
    private static final int LONGEST = 1000;
    private static final String FRAME = "\\fbox";

    private Boxed() {}

    /** Whether the text has a box at all, closed or not. */
    static boolean isIn(String text) {
        return text.contains(BOX) || text.contains(FRAME);
    }

    /**
     * The content of the last box, with its inner braces: {@code \boxed{\frac{1}{2}}} gives {@code \frac{1}{2}}. As in the public
     * evaluations, a box without braces, {@code \boxed 42$}, reaches to the next dollar sign and goes before all others; empty if
     * the last box is never closed, or there is none. Where there is no box a frame is taken, {@code \fbox{42}}, together with
     * its command: the published evaluations find it and never count it as right.
     */
    static Optional<String> last(String text) {
        int bare = text.lastIndexOf(BOX + " ");
        if (bare >= 0) {
            String rest = text.substring(bare + BOX.length() + 1);
            int dollar = rest.indexOf('$');
            return Optional.of(dollar < 0 ? rest : rest.substring(0, dollar));
        }
        int box = text.lastIndexOf(BOX);
        int frame = text.lastIndexOf(FRAME);
        if (box < 0 && frame >= 0) {
            return braces(text, frame + FRAME.length()).map(content -> FRAME + "{" + content + "}");
        }
        return box < 0 ? Optional.empty() : braces(text, box + BOX.length());
    }

    /** What stands between the first brace from {@code from} on and its partner. */
    private static Optional<String> braces(String text, int from) {
        int open = text.indexOf('{', from);
        int depth = 0;
        for (int i = Math.max(open, from); open >= 0 && i < text.length(); i++) {
            depth += text.charAt(i) == '{' ? 1 : 0;
            depth -= text.charAt(i) == '}' ? 1 : 0;
            if (depth == 0) {
                return Optional.of(text.substring(open + 1, i));
            }
        }
        return Optional.empty();
    }

    /** The contents of all boxes up to their first closing brace, within one line: enough for numbers. */
    static List<String> all(String text) {
        List<String> contents = new ArrayList<>();
        int close = -1;
        int open = text.indexOf(OPEN_BOX);
        while (open >= 0) {
            int start = open + OPEN_BOX.length();
            close = close >= start ? close : text.indexOf('}', start);
            if (close < 0) {
                break;
            }
            String content = text.substring(start, Math.min(close, start + LONGEST));
            boolean usable = close - start <= LONGEST && content.indexOf('\n') < 0;
            if (usable) {
                contents.add(content.strip());
            }
            open = text.indexOf(OPEN_BOX, usable ? close : start);
        }
        return contents;
    }

    /** What stands in the first pair of {@code <answer>} tags. */
    static Optional<String> tagged(String text) {
        int open = text.indexOf("<answer>");
        int close = open < 0 ? -1 : text.indexOf("</answer>", open);
        return close < 0
                ? Optional.empty()
                : Optional.of(text.substring(open + "<answer>".length(), close).strip());
    }
}
