package io.maskflow.reward.answer;

import io.maskflow.reward.sandbox.suite.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer of the game Countdown: an expression over the given numbers, each used exactly once, that has the target as its value.
 * All arithmetic is exact.
 *
 * <ul>
 *   <li>{@code evotoken}: EvoToken's and d1's rule: the expression in the last box; of a box that is never closed the
 *       {@code <answer>} tags; else the whole text. LaTeX signs of multiplication and division are understood; of an equation the
 *       left side counts. The published program computes with Python's {@code eval}, in floating point and with {@code **} and
 *       {@code //}; here an expression has {@code + - * /} and brackets, and must hit the target exactly.
 *   <li>{@code steps}: the first line is a chain of equations such as {@code 44-15=29,79-29=50}; each is right, takes two numbers that
 *       are left and puts back its result, and the target alone is left at the end. The form of Dream's data.
 * </ul>
 *
 * @param numbers given
 * @param target wanted
 * @param chain whether {@code steps} is the default rule
 */
public record CountdownAnswer(List<Integer> numbers, int target, boolean chain) implements AnswerCheck {
    static final List<String> RULES = List.of("evotoken", "steps");
    private static final String LEFT_SIDE = "0123456789+-*/() ";
    private static final String RIGHT_SIDE = "0123456789. ";
    private static final Pattern STEP =
            Pattern.compile("\\s*(-?\\d{1,18})\\s*([-+*/])\\s*(-?\\d{1,18})\\s*=\\s*(-?\\d{1,18})\\s*");

    /** Checks that there are numbers, none negative. */
    public CountdownAnswer {
        numbers = List.copyOf(numbers);
        if (numbers.isEmpty() || numbers.stream().anyMatch(n -> n < 0)) {
            throw new IllegalArgumentException("Countdown needs numbers of at least 0, were " + numbers);
        }
    }

    @Override
    public List<String> rules() {
        return chain ? List.of("steps", "evotoken") : RULES;
    }

    @Override
    public Verdict check(String answer, String rule) {
        switch (rule) {
            case "evotoken":
                return expression(found(answer));
            case "steps":
                return steps(answer);
            default:
                throw unknown(rule);
        }
    }

    private static String found(String answer) {
        Optional<String> found =
                Boxed.isIn(answer) ? Boxed.last(answer).or(() -> Boxed.tagged(answer)) : Optional.empty();
        String text = found.orElse(answer)
                .replace("\\div", "/")
                .replace("\\times", "*")
                .replace("\\cdot", "*");
        return leftSide(text).orElse(text).strip();
    }

    /** The left side of the first equation with a number on the right. */
    private static Optional<String> leftSide(String text) {
        for (int equals = text.indexOf('='); equals >= 0; equals = text.indexOf('=', equals + 1)) {
            int start = equals;
            while (start > 0 && LEFT_SIDE.indexOf(text.charAt(start - 1)) >= 0) {
                start--;
            }
            boolean right = equals + 1 < text.length() && RIGHT_SIDE.indexOf(text.charAt(equals + 1)) >= 0;
            if (start < equals && right) {
                return Optional.of(text.substring(start, equals));
            }
        }
        return Optional.empty();
    }

    private Verdict expression(String text) {
        try {
            Expression expression = Expression.parse(text);
            List<Long> used = expression.numbers().stream().sorted().toList();
            List<Long> given = numbers.stream().map(Integer::longValue).sorted().toList();
            if (!used.equals(given)) {
                return AnswerCheck.verdict(false, "uses " + shown(used) + " of " + given);
            }
            Rational value = expression.value();
            return AnswerCheck.verdict(value.equals(Rational.of(target)), "is " + value);
        } catch (Expression.SyntaxException noExpression) {
            return AnswerCheck.noAnswer("no expression: " + noExpression.getMessage());
        } catch (ArithmeticException dividesByZero) {
            return AnswerCheck.noAnswer(dividesByZero.getMessage());
        }
    }

    private Verdict steps(String answer) {
        String line = answer.strip().lines().findFirst().orElse("");
        List<Rational> left = new ArrayList<>();
        numbers.forEach(number -> left.add(Rational.of(number)));
        for (String text : line.split(",", -1)) {
            Matcher step = STEP.matcher(text);
            if (!step.matches()) {
                return AnswerCheck.noAnswer("no equation: " + (text.length() > 40 ? text.substring(0, 40) : text));
            }
            Rational a = Rational.of(Long.parseLong(step.group(1)));
            Rational b = Rational.of(Long.parseLong(step.group(3)));
            Rational c = Rational.of(Long.parseLong(step.group(4)));
            if (!left.remove(a) || !left.remove(b)) {
                return AnswerCheck.verdict(false, "uses a number that is not left: " + text.strip());
            }
            boolean byZero = step.group(2).equals("/") && b.equals(Rational.of(0));
            if (byZero || !a.apply(step.group(2).charAt(0), b).equals(c)) {
                return AnswerCheck.verdict(false, "not right: " + text.strip());
            }
            left.add(c);
        }
        return AnswerCheck.verdict(left.equals(List.of(Rational.of(target))), "leaves " + left);
    }

    private static String shown(List<Long> used) {
        return used.size() > 12 ? used.subList(0, 12) + " and more" : used.toString();
    }
}
