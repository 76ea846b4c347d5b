package io.maskflow.reward.problem.builtin;

import io.maskflow.reward.problem.builtin.part.Reduction;
import java.util.ArrayList;
import java.util.List;

/** One way to write a {@link NumberComposition} in Python: a style, and names for everything. */
final class NumberProgram {
    private static final List<String> LISTS = List.of("lst", "nums", "arr", "test_list", "numbers");
    private static final List<String> LIMITS = List.of("n", "limit", "max_n", "end");
    private static final List<String> ELEMENTS = List.of("x", "v", "i", "num", "item");
    private static final List<String> COLLECTED =
            List.of("result", "res", "out", "new_list", "values", "new_values", "mapped");
    private static final List<String> KEPT = List.of("kept", "filtered", "selected", "sub_list", "chosen");
    private static final List<String> TEMPORARIES = List.of("y", "value", "new_value", "term");

    private enum Style {
        DIRECT,
        NAMED,
        STAGES,
        STAGE,
        LOOP,
        CONTINUE,
        LOOP_WITH_TEMPORARY,
        STAGE_AND_LOOP
    }

    private final NumberComposition composition;
    private final Draws draws;
    private final String source;
    private final String x;
    private final String parameter;
    private final String name;

    NumberProgram(NumberComposition composition, String name, Draws draws) {
        this.composition = composition;
        this.draws = draws;
        this.name = name;
        this.parameter = draws.pick(composition.overList() ? LISTS : LIMITS);
        this.source = composition.overList() ? parameter : "range(1, " + parameter + " + 1)";
        this.x = draws.pick(ELEMENTS);
    }

    /** The program, in a style drawn from those that this composition can be written in. */
    String text() {
        return switch (draws.pick(styles())) {
            case DIRECT ->
                function()
                        .line(1, "return " + reduced(mappedOver(source, true)))
                        .text();
            case NAMED -> named();
            case STAGES -> stages();
            case STAGE -> stage();
            case LOOP -> loop(source, composition.condition().isAll() ? 0 : 1, false);
            case CONTINUE -> loop(source, 2, false);
            case LOOP_WITH_TEMPORARY -> loop(source, composition.condition().isAll() ? 0 : 1, true);
            case STAGE_AND_LOOP -> stageAndLoop();
        };
    }

    private List<Style> styles() {
        boolean all = composition.condition().isAll();
        boolean same = composition.mapping().isSame();
        List<Style> styles = new ArrayList<>(List.of(Style.LOOP));
        if (composition.reduction() != Reduction.PRODUCT) {
            styles.addAll(List.of(Style.DIRECT, Style.DIRECT, Style.NAMED));
            if (!all && !(same && composition.reduction() == Reduction.LIST)) {
                styles.add(Style.STAGE);
            }
            if (!all && !same && composition.reduction() != Reduction.COUNT) {
                styles.add(Style.STAGES);
            }
        } else if (!all) {
            styles.addAll(List.of(Style.LOOP, Style.STAGE_AND_LOOP));
        }
        if (!all) {
            styles.add(Style.CONTINUE);
        }
        if (!same) {
            styles.add(Style.LOOP_WITH_TEMPORARY);
        }
        return styles;
    }

    private Program function() {
        return Program.function(name, parameter);
    }

    private String named() {
        String result = Program.unused(draws, results(), x, parameter);
        return function()
                .line(1, result + " = " + reduced(mappedOver(source, true)))
                .line(1, "return " + result)
                .text();
    }

    private String stage() {
        String kept = Program.unused(draws, KEPT, x, parameter);
        return function()
                .line(1, kept + " = [" + keptOver(source) + "]")
                .line(1, "return " + reduced(composition.mapping().isSame() ? kept : mappedOver(kept, false)))
                .text();
    }

    private String stages() {
        String kept = Program.unused(draws, KEPT, x, parameter);
        String mapped = Program.unused(draws, COLLECTED, x, parameter, kept);
        Program program = function()
                .line(1, kept + " = [" + keptOver(source) + "]")
                .line(1, mapped + " = [" + mappedOver(kept, false) + "]");
        return program.line(1, "return " + reduced(mapped)).text();
    }

    private String stageAndLoop() {
        String kept = Program.unused(draws, KEPT, x, parameter);
        Program program = function().line(1, kept + " = [" + keptOver(source) + "]");
        return loopInto(program, kept, 0, false);
    }

    /** {@code tests}: 0 no test, 1 an if around the step, 2 a continue before it. */
    private String loop(String over, int tests, boolean temporary) {
        return loopInto(function(), over, tests, temporary);
    }

    private String loopInto(Program program, String over, int tests, boolean temporary) {
        String result = Program.unused(draws, results(), x, parameter, over);
        program.line(1, result + " = " + neutral()).line(1, "for " + x + " in " + over + ":");
        int depth = 2;
        if (tests == 1) {
            program.line(depth++, "if " + test() + ":");
        } else if (tests == 2) {
            program.line(depth, "if " + contrary() + ":").line(depth + 1, "continue");
        }
        String value = value(x);
        boolean factor = composition.mapping().factor();
        if (temporary) {
            String y = Program.unused(draws, TEMPORARIES, x, parameter, result);
            program.line(depth, y + " = " + value);
            value = y;
            factor = true;
        }
        return program.line(depth, step(result, value, factor))
                .line(1, "return " + finished(result))
                .text();
    }

    private String neutral() {
        return switch (composition.reduction()) {
            case SUM, COUNT -> "0";
            case PRODUCT -> "1";
            case MAX, MIN, LIST, SORTED -> "[]";
        };
    }

    private String step(String result, String value, boolean factor) {
        return switch (composition.reduction()) {
            case SUM -> draws.chance(65) ? result + " += " + value : result + " = " + result + " + " + plain(value);
            case COUNT -> result + " += 1";
            case PRODUCT ->
                draws.chance(65)
                        ? result + " *= " + value
                        : result + " = " + result + " * " + (factor ? value : "(" + value + ")");
            case MAX, MIN, LIST, SORTED -> result + ".append(" + value + ")";
        };
    }

    /** A negation needs parentheses after an operator, for taste only. */
    private static String plain(String value) {
        return value.startsWith("-") ? "(" + value + ")" : value;
    }

    private String finished(String result) {
        return switch (composition.reduction()) {
            case MAX, MIN, SORTED -> composition.reduction().key() + "(" + result + ")";
            case SUM, COUNT, PRODUCT, LIST -> result;
        };
    }

    /** The reduction of a comprehension without brackets, or of the name of a list. */
    private String reduced(String values) {
        boolean isName = !values.contains(" ");
        return switch (composition.reduction()) {
            case SUM, MAX, MIN, SORTED ->
                composition.reduction().key()
                        + (isName || draws.chance(40) ? "(" + values + ")" : "([" + values + "])");
            case COUNT -> isName ? "len(" + values + ")" : "len([" + values + "])";
            case LIST -> isName ? values : "[" + values + "]";
            case PRODUCT -> throw new IllegalStateException("a product has no built-in function to reduce it");
        };
    }

    private String mappedOver(String over, boolean filtering) {
        boolean tested = filtering && !composition.condition().isAll();
        String y = filtering ? x : Program.unused(draws, ELEMENTS, parameter, over);
        return value(y) + " for " + y + " in " + over + (tested ? " if " + test() : "");
    }

    private String keptOver(String over) {
        return x + " for " + x + " in " + over + " if " + test();
    }

    private String value(String variable) {
        return draws.pick(composition.mapping().expressions()).replace("$", variable);
    }

    private String test() {
        return draws.pick(composition.condition().tests()).replace("$", x);
    }

    private String contrary() {
        return draws.chance(70)
                ? draws.pick(composition.condition().negations()).replace("$", x)
                : "not " + test();
    }

    private List<String> results() {
        return switch (composition.reduction()) {
            case SUM -> List.of("total", "result", "res", "out", "sum_value");
            case PRODUCT -> List.of("prod", "result", "res", "out", "total");
            case COUNT -> List.of("count", "result", "res", "total", "num_found");
            case MAX, MIN -> List.of("result", "res", "values", "out", "new_list");
            case LIST, SORTED -> List.of("result", "res", "out", "new_list", "values");
        };
    }
}
