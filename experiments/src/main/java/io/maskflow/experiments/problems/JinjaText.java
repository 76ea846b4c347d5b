package io.maskflow.experiments.problems;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a chat template as the engine of the JVM needs it to give what Python's gives. White space is settled here, as
 * Jinja's lexer does it with {@code trim_blocks} and {@code lstrip_blocks} on: line ends behind blocks, blanks before them,
 * and the {@code -} and {@code +} of tags. Removed line ends are kept inside the tags, so that errors name the line of the
 * file. Two forms of Python are written in another way: {@code [::-1]}, and named arguments that are computed. The marks
 * {@code generation} and {@code endgeneration}, which transformers adds for masks of training and which write nothing, are
 * left out.
 */
final class JinjaText {

    private static final Pattern NAMED = Pattern.compile("([(,]\\s*\\w+)\\s*=(?!=)\\s*");
    private static final Pattern PLAIN = Pattern.compile("[\\w.\\[\\]]*|'[^']*'|\"[^\"]*\"");
    private static final Set<String> MARKS = Set.of("generation", "endgeneration");
    private static final Pattern BACKWARDS = Pattern.compile("([\\w.]+)\\[::-1]");

    private final String text;
    private final StringBuilder out = new StringBuilder();
    private final Deque<String> blocks = new ArrayDeque<>(); // open for and if
    private int at;
    private int kept; // line ends that were removed and not yet put into a tag

    private JinjaText(String text) {
        this.text = text;
    }

    /**
     * Settles white space.
     *
     * @param template as the model folder has it
     * @throws IllegalArgumentException if a tag has no end; names the line
     */
    static String settled(String template) {
        String unix = template.replace("\r\n", "\n");
        return new JinjaText(unix.endsWith("\n") ? unix.substring(0, unix.length() - 1) : unix).run();
    }

    private String run() {
        boolean stripStart = false;
        boolean lineStart = true;
        while (at < text.length()) {
            int tag = nextTag();
            String plain = text.substring(at, tag);
            String before = stripStart ? plain.stripLeading() : plain;
            kept += lines(plain) - lines(before);
            if (tag == text.length()) {
                out.append(before);
                break;
            }
            char kind = text.charAt(tag + 1);
            char mark = tag + 2 < text.length() ? text.charAt(tag + 2) : ' ';
            before = end(before, kind, mark, lineStart);
            out.append(before);
            int close = close(tag, kind);
            boolean marked = text.charAt(close - 1) == '-' || text.charAt(close - 1) == '+';
            stripStart = text.charAt(close - 1) == '-';
            boolean open = mark == '-' || mark == '+';
            String inner = text.substring(tag + (open ? 3 : 2), Math.max(tag + 2, close - (marked ? 1 : 0)));
            if (kind == '%') {
                requireKnown(tag, inner);
            }
            tag(kind, inner);
            at = close + 2;
            lineStart = false;
            if (kind != '{' && !marked && at < text.length() && text.charAt(at) == '\n') {
                at++;
                kept++;
                lineStart = true;
            }
        }
        return out.toString();
    }

    /** The text before a tag: without its trailing blanks ({@code -}), or without those that a block stands behind alone. */
    private String end(String before, char kind, char mark, boolean lineStart) {
        if (mark == '-') {
            String stripped = before.stripTrailing();
            kept += lines(before) - lines(stripped);
            return stripped;
        }
        int line = before.lastIndexOf('\n') + 1;
        boolean alone = (line > 0 || lineStart) && before.substring(line).isBlank();
        return kind != '{' && mark != '+' && alone ? before.substring(0, line) : before;
    }

    /** What the engine renders in another way than Python's, without a word: an else of a loop, and raw text. */
    private void requireKnown(int tag, String inner) {
        String word = inner.strip().split("[\\s(]", 2)[0];
        if (word.equals("raw") || word.equals("else") && "for".equals(blocks.peek())) {
            throw new IllegalArgumentException("line " + (lines(text.substring(0, tag)) + 1) + ": "
                    + (word.equals("raw") ? "raw" : "else of a for loop") + " cannot be rendered here");
        }
        if (word.equals("for") || word.equals("if")) {
            blocks.push(word);
        } else if ((word.equals("endfor") || word.equals("endif")) && !blocks.isEmpty()) {
            blocks.pop();
        }
    }

    private void tag(char kind, String inner) {
        String padding = "\n".repeat(kept);
        kept = 0;
        if (kind == '#' || kind == '%' && MARKS.contains(inner.strip())) {
            kept = padding.length() + lines(inner);
            return;
        }
        String expression = apart(BACKWARDS.matcher(computedArguments(inner)).replaceAll("($1|reverse)"));
        out.append('{')
                .append(kind)
                .append(' ')
                .append(padding)
                .append(expression)
                .append(' ');
        out.append(kind == '{' ? "}}" : "%}");
    }

    /** A blank between braces that close one another, which the engine takes for the end of the tag. */
    private static String apart(String expression) {
        StringBuilder made = new StringBuilder();
        for (int i = 0; i < expression.length(); i++) {
            char c = expression.charAt(i);
            if (c == '\'' || c == '"') {
                int end = Math.min(quoted(expression, i) + 1, expression.length());
                made.append(expression, i, end);
                i = end - 1;
            } else {
                made.append(c).append(expression.startsWith("}}", i) ? " " : "");
            }
        }
        return made.toString();
    }

    private int nextTag() {
        for (int i = at; i + 1 < text.length(); i++) {
            if (text.charAt(i) == '{' && "{%#".indexOf(text.charAt(i + 1)) >= 0) {
                return i;
            }
        }
        return text.length();
    }

    /** Where a tag ends, past texts in quotes. */
    private int close(int tag, char kind) {
        String end = kind == '{' ? "}}" : kind + "}";
        int depth = 0;
        for (int i = tag + 2; i + 1 < text.length(); i++) {
            char c = text.charAt(i);
            if (kind != '#' && (c == '\'' || c == '"')) {
                i = quoted(text, i);
            } else if (kind == '{' && c == '{') {
                depth++;
            } else if (depth == 0 && text.startsWith(end, i)) {
                return i;
            } else if (kind == '{' && c == '}') {
                depth--;
            }
        }
        throw new IllegalArgumentException("line " + (lines(text.substring(0, tag)) + 1) + ": the tag "
                + text.substring(tag, tag + 2) + " has no end");
    }

    private static int quoted(String text, int from) {
        for (int i = from + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\') {
                i++;
            } else if (text.charAt(i) == text.charAt(from)) {
                return i;
            }
        }
        return text.length();
    }

    /** {@code f(last=n - 1)} as {@code f(last=(n - 1))}: the engine binds the name to the first operand otherwise. */
    private static String computedArguments(String inner) {
        Matcher named = NAMED.matcher(inner);
        StringBuilder changed = new StringBuilder();
        int done = 0;
        while (named.find(done)) {
            int text = endOfTextAround(inner, named.start());
            if (text > 0) { // the like of f(a=1 + 2) in a text is left as it is
                changed.append(inner, done, text);
                done = text;
                continue;
            }
            int end = argumentEnd(inner, named.end());
            String value = inner.substring(named.end(), end).strip();
            boolean plain = PLAIN.matcher(value).matches();
            changed.append(inner, done, named.start()).append(named.group(1)).append('=');
            changed.append(plain ? value : "(" + value + ")");
            done = end;
        }
        return changed.append(inner.substring(done)).toString();
    }

    /** Behind the text in quotes that a place lies in; 0 if it lies in none. */
    private static int endOfTextAround(String inner, int place) {
        for (int i = 0; i < place; i++) {
            if (inner.charAt(i) == '\'' || inner.charAt(i) == '"') {
                int end = quoted(inner, i);
                if (end >= place) {
                    return Math.min(end + 1, inner.length());
                }
                i = end;
            }
        }
        return 0;
    }

    private static int argumentEnd(String inner, int from) {
        int depth = 0;
        for (int i = from; i < inner.length(); i++) {
            char c = inner.charAt(i);
            if (c == '\'' || c == '"') {
                i = quoted(inner, i);
            } else if ("([{".indexOf(c) >= 0) {
                depth++;
            } else if (depth == 0 && (c == ',' || c == ')')) {
                return i;
            } else if (")]}".indexOf(c) >= 0) {
                depth--;
            }
        }
        return inner.length();
    }

    private static int lines(String part) {
        return (int) part.chars().filter(c -> c == '\n').count();
    }
}
