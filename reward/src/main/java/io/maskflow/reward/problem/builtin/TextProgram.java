package io.maskflow.reward.problem.builtin;

import java.util.ArrayList;
import java.util.List;

/** One way to write a {@link TextComposition} in Python: a style, and names for everything. */
final class TextProgram {
    private static final List<String> STRINGS = List.of("s", "text", "my_str", "word");
    private static final List<String> CHARACTERS = List.of("c", "ch", "x", "char");
    private static final List<String> RESULTS = List.of("result", "res", "out", "new_text");
    private static final List<String> KEPT = List.of("kept", "filtered", "selected", "chosen");

    private enum Style {
        DIRECT,
        NAMED,
        STAGE,
        LOOP,
        CONTINUE
    }

    private final TextComposition composition;
    private final Draws draws;
    private final String name;
    private final String text;
    private final String c;

    TextProgram(TextComposition composition, String name, Draws draws) {
        this.composition = composition;
        this.draws = draws;
        this.name = name;
        this.text = draws.pick(STRINGS);
        this.c = draws.pick(CHARACTERS);
    }

    /** The program, in a style drawn from those that this composition can be written in. */
    String text() {
        List<Style> styles = new ArrayList<>(List.of(Style.values()));
        if (composition.ending() == TextComposition.Ending.LIST && !composition.changes()) {
            styles.remove(Style.STAGE);
        }
        return switch (draws.pick(styles)) {
            case DIRECT ->
                function().line(1, "return " + ended(comprehension())).text();
            case NAMED -> named();
            case STAGE -> stage();
            case LOOP -> loop(false);
            case CONTINUE -> loop(true);
        };
    }

    private Program function() {
        return Program.function(name, text);
    }

    private String comprehension() {
        return composition.value(draws, c) + " for " + c + " in " + text + " if " + test();
    }

    private String named() {
        String result = Program.unused(draws, RESULTS, text, c);
        return function()
                .line(1, result + " = " + ended(comprehension()))
                .line(1, "return " + result)
                .text();
    }

    private String stage() {
        String kept = Program.unused(draws, KEPT, text, c);
        String y = Program.unused(draws, CHARACTERS, text, kept);
        String values = composition.changes() ? composition.value(draws, y) + " for " + y + " in " + kept : kept;
        return function()
                .line(1, kept + " = [" + c + " for " + c + " in " + text + " if " + test() + "]")
                .line(1, "return " + ended(values))
                .text();
    }

    private String loop(boolean continuing) {
        String result = Program.unused(draws, RESULTS, text, c);
        Program program = function().line(1, result + " = " + neutral()).line(1, "for " + c + " in " + text + ":");
        int depth = 2;
        if (continuing) {
            program.line(2, "if " + contrary() + ":").line(3, "continue");
        } else {
            program.line(depth++, "if " + test() + ":");
        }
        String value = composition.value(draws, c);
        boolean reversing = composition.ending() == TextComposition.Ending.REVERSE;
        String step =
                switch (composition.ending()) {
                    case JOIN, REVERSE -> result + " += " + value;
                    case LIST -> result + ".append(" + value + ")";
                    case COUNT -> result + " += 1";
                };
        return program.line(depth, step)
                .line(1, "return " + result + (reversing ? "[::-1]" : ""))
                .text();
    }

    private String neutral() {
        return switch (composition.ending()) {
            case JOIN, REVERSE -> "''";
            case LIST -> "[]";
            case COUNT -> "0";
        };
    }

    private String ended(String values) {
        boolean bare = !values.contains(" ");
        String listed = bare ? values : "[" + values + "]";
        return switch (composition.ending()) {
            case JOIN -> joined(values, bare);
            case REVERSE -> joined(values, bare) + "[::-1]";
            case LIST -> listed;
            case COUNT -> "len(" + listed + ")";
        };
    }

    private String joined(String values, boolean bare) {
        return "''.join(" + (bare || draws.chance(50) ? values : "[" + values + "]") + ")";
    }

    private String test() {
        return composition.filter().test().replace("$", c);
    }

    private String contrary() {
        return composition.filter().negation().replace("$", c);
    }
}
