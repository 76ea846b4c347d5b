package io.maskflow.reward.problem.builtin;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * Filter, map and join, list, reverse or count over the characters of a string.
 *
 * @param filter which characters are kept
 * @param change what becomes of each
 * @param ending what is made of the results
 */
record TextComposition(Filter filter, Change change, Ending ending) implements Composition {
    private static final int LONGEST_WORD = 7;

    /**
     * A condition on a character.
     *
     * @param key short name inside a composition's key and in function names
     * @param noun the characters that satisfy it
     * @param test a Python test of it, {@code $} for the variable
     * @param negation a Python test of its contrary
     * @param alphabet characters to draw inputs from
     * @param holds its meaning
     */
    record Filter(String key, String noun, String test, String negation, String alphabet, IntPredicate holds) {
        static final List<Filter> EVERY = every();

        private static List<Filter> every() {
            List<Filter> every = new ArrayList<>();
            String plain = "aeioubcdlmnrst";
            String mixed = "aeosmtAEBDR";
            every.add(new Filter(
                    "vowels", "vowels", "$ in 'aeiou'", "$ not in 'aeiou'", plain, c -> "aeiou".indexOf(c) >= 0));
            every.add(new Filter(
                    "not_vowels",
                    "characters that are not vowels",
                    "$ not in 'aeiou'",
                    "$ in 'aeiou'",
                    plain,
                    c -> "aeiou".indexOf(c) < 0));
            every.add(new Filter(
                    "upper", "uppercase letters", "$.isupper()", "not $.isupper()", mixed, Character::isUpperCase));
            every.add(new Filter(
                    "lower", "lowercase letters", "$.islower()", "not $.islower()", mixed, Character::isLowerCase));
            every.add(new Filter(
                    "letters", "letters", "$.isalpha()", "not $.isalpha()", "aeosmt2468", Character::isLetter));
            every.add(
                    new Filter("digits", "digits", "$.isdigit()", "not $.isdigit()", "aeosmt2468", Character::isDigit));
            every.add(new Filter(
                    "not_space", "characters that are not spaces", "$ != ' '", "$ == ' '", "abest   ", c -> c != ' '));
            for (char letter : "aecmost".toCharArray()) {
                String quoted = "'" + letter + "'";
                String alphabet = plain + letter + letter + letter + letter;
                every.add(new Filter(
                        "equal_" + letter,
                        "characters equal to " + letter,
                        "$ == " + quoted,
                        "$ != " + quoted,
                        alphabet,
                        c -> c == letter));
                every.add(new Filter(
                        "not_" + letter,
                        "characters different from " + letter,
                        "$ != " + quoted,
                        "$ == " + quoted,
                        alphabet,
                        c -> c != letter));
            }
            return List.copyOf(every);
        }
    }

    /** What becomes of a kept character. */
    enum Change {
        SAME("same", "", List.of("$"), s -> s),
        UPPER("upper", " in upper case", List.of("$.upper()"), s -> s.toUpperCase(java.util.Locale.ROOT)),
        LOWER("lower", " in lower case", List.of("$.lower()"), s -> s.toLowerCase(java.util.Locale.ROOT)),
        TWICE("twice", " each repeated 2 times", List.of("$ * 2", "$ + $"), s -> s + s);

        private final String key;
        private final String phrase;
        private final List<String> expressions;
        private final UnaryOperator<String> apply;

        Change(String key, String phrase, List<String> expressions, UnaryOperator<String> apply) {
            this.key = key;
            this.phrase = phrase;
            this.expressions = expressions;
            this.apply = apply;
        }

        String expression(Draws draws, String variable) {
            return draws.pick(expressions).replace("$", variable);
        }
    }

    /** What is made of the changed characters. */
    enum Ending {
        JOIN("join", "keep only", "of"),
        LIST("list", "list", "of"),
        REVERSE("reverse", "reverse the order of", "of"),
        COUNT("count", "count", "in");

        private final String key;
        private final String verb;
        private final String preposition;

        Ending(String key, String verb, String preposition) {
            this.key = key;
            this.verb = verb;
            this.preposition = preposition;
        }

        String key() {
            return key;
        }
    }

    @Override
    public String key() {
        return String.join("|", "str", filter.key(), change.key, ending.key);
    }

    @Override
    public String text(Draws draws) {
        return "Write a function to " + ending.verb + " the " + filter.noun() + " " + ending.preposition + " a string"
                + change.phrase + ".";
    }

    @Override
    public String name(Draws draws) {
        return switch (draws.below(5)) {
            case 0 -> "change_text";
            case 1 -> "process_string";
            case 2 -> "get_" + ending.key;
            default -> filter.key().length() > LONGEST_WORD ? ending.key + "_text" : ending.key + "_" + filter.key();
        };
    }

    @Override
    public String program(String name, Draws draws) {
        return Program.fitting(() -> new TextProgram(this, name, draws).text());
    }

    String value(Draws draws, String variable) {
        return change.expression(draws, variable);
    }

    boolean changes() {
        return change != Change.SAME;
    }

    @Override
    public Optional<List<Case>> cases(Draws draws, int tries) {
        List<Function<String, Optional<String>>> decoys = new ArrayList<>();
        Filter any = new Filter("any", "characters", "", "", "", c -> true);
        decoys.add(new TextComposition(any, change, ending)::meaning);
        if (changes()) {
            decoys.add(new TextComposition(filter, Change.SAME, ending)::meaning);
        }
        if (ending == Ending.REVERSE) {
            decoys.add(new TextComposition(filter, change, Ending.JOIN)::meaning);
        }
        boolean mixed = change == Change.LOWER;
        return Case.telling(draws, tries, d -> word(d, mixed), s -> "'" + s + "'", this::meaning, decoys);
    }

    private String word(Draws draws, boolean mixed) {
        int length = draws.between(4, 6);
        StringBuilder word = new StringBuilder();
        for (int i = 0; i < length; i++) {
            String letter = String.valueOf(
                    filter.alphabet().charAt(draws.below(filter.alphabet().length())));
            word.append(mixed && draws.chance(30) ? Change.UPPER.apply.apply(letter) : letter);
        }
        return word.toString();
    }

    private Optional<String> meaning(String input) {
        List<String> kept = input.chars()
                .filter(filter.holds())
                .mapToObj(c -> change.apply.apply(String.valueOf((char) c)))
                .toList();
        String joined = String.join("", kept);
        return Optional.of(
                switch (ending) {
                    case JOIN -> "'" + joined + "'";
                    case REVERSE -> "'" + new StringBuilder(joined).reverse() + "'";
                    case LIST -> kept.stream().map(s -> "'" + s + "'").collect(Collectors.joining(", ", "[", "]"));
                    case COUNT -> Integer.toString(kept.size());
                });
    }
}
