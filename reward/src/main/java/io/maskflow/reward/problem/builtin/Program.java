package io.maskflow.reward.problem.builtin;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Python text: lines and indentation, names drawn apart from each other, and how long a program may be. */
final class Program {
    /** How many tokens a program may have, so that an end token fits beside it in 48 positions. */
    static final int MOST_TOKENS = 47;

    /** Words that the built-in tokenizer splits, with the number of parts; others are one token. */
    private static final Map<String, Integer> PARTS = parts("2 abs all answer char chosen equal filtered isupper join "
            + "kept lower my negative prod reverse selected space sub text upper word y, "
            + "3 term count cube islower len mapped zero, 4 digits isdigit letters same vowels, 5 aeiou found isalpha");
    /** Runs of symbols that are one token, also after a space; of others each symbol and the space is one. */
    private static final Set<String> SINGLE =
            Set.of("= == != > >= < <= + += - * *= ** % / // ): [ [] [- ([ ([- ]) () (' ') (- '] ' '' ',".split(" "));

    private static final Pattern PIECE = Pattern.compile(" ?[A-Za-z]+| ?[0-9]| ?[^\\sA-Za-z0-9]+|\\n *| +");
    private static final int DRAFTS = 200;

    private final List<String> lines = new ArrayList<>();

    /** Starts a function of one parameter. */
    static Program function(String name, String parameter) {
        Program program = new Program();
        program.lines.add("def " + name + "(" + parameter + "):");
        return program;
    }

    /** Adds a line, indented by {@code depth} steps of four spaces. */
    Program line(int depth, String text) {
        lines.add("    ".repeat(depth) + text);
        return this;
    }

    /** The whole text, without a last line break. */
    String text() {
        return String.join("\n", lines);
    }

    /** The first draft that is short enough. */
    static String fitting(Supplier<String> draft) {
        for (int attempt = 0; attempt < DRAFTS; attempt++) {
            String text = draft.get();
            if (tokens(text) <= MOST_TOKENS) {
                return text;
            }
        }
        throw new IllegalStateException(
                "no draft of at most " + MOST_TOKENS + " tokens in " + DRAFTS + " attempts, the last: " + draft.get());
    }

    /** A name out of {@code names} that is not taken yet. */
    static String unused(Draws draws, List<String> names, String... taken) {
        List<String> free = new ArrayList<>(names);
        free.removeAll(List.of(taken));
        return draws.pick(free);
    }

    /** An upper bound of the tokens of a program, known without the tokenizer; a test compares the two. */
    private static int tokens(String text) {
        Matcher matcher = PIECE.matcher(text);
        int tokens = 0;
        while (matcher.find()) {
            String piece = matcher.group().strip();
            boolean word = piece.isEmpty() || Character.isLetterOrDigit(piece.charAt(0));
            tokens += word || SINGLE.contains(piece)
                    ? PARTS.getOrDefault(piece, 1)
                    : matcher.group().length();
        }
        return tokens;
    }

    private static Map<String, Integer> parts(String table) {
        Map<String, Integer> parts = new HashMap<>();
        for (String row : table.split(", ")) {
            String[] words = row.split(" ");
            for (int i = 1; i < words.length; i++) {
                parts.put(words[i], Integer.parseInt(words[0]));
            }
        }
        return Map.copyOf(parts);
    }
}
