package io.maskflow.reward.answer;

import io.maskflow.reward.sandbox.suite.Verdict;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An answer that is a number, as in GSM8K and SVAMP.
 *
 * <ul>
 *   <li>{@code evotoken}: EvoToken's and d1's rule. Of the boxes the first that holds a number, else the last number of the first
 *       {@code <answer>} tags; equal as numbers. A box that is no number as a whole counts by the first digits in it, so
 *       {@code \boxed{2,125}} is 2.
 *   <li>{@code boxed}: the last closed box, read as people write numbers: thousands separators, currency and percent signs,
 *       {@code \text{...}} and a trailing full stop are left out; equal as numbers. The rule to train with.
 *   <li>{@code lm-eval-strict}: lm-evaluation-harness, the first number after {@code ####}; equal as texts without commas and
 *       dollar signs.
 *   <li>{@code lm-eval-flexible}: the last number of the text, likewise.
 * </ul>
 *
 * @param expected as the data set writes it, such as {@code 2,125}
 */
public record NumberAnswer(String expected) implements AnswerCheck {
    static final List<String> RULES = List.of("evotoken", "boxed", "lm-eval-strict", "lm-eval-flexible");
    private static final int LONGEST = 200;
    private static final Pattern WHOLE = Pattern.compile("[+-]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d{1,3})?");
    private static final Pattern INSIDE = Pattern.compile("-?\\d++(?:\\.\\d*+)?");
    private static final Pattern STRICT = Pattern.compile("#### (-?[0-9.,]+)");
    private static final Pattern FLEXIBLE = Pattern.compile("-?[$0-9.,]{2,}|-?[0-9]+");
    private static final Pattern ORNAMENT =
            Pattern.compile("\\\\text\\{[^}]*}|\\\\(?:[,!;:% ]|left|right)|\\{,}|\\\\?\\$|[%,€£\\s]");

    /** Checks that the expected answer is a number. */
    public NumberAnswer {
        Objects.requireNonNull(expected, "expected");
        if (number(plain(expected)).isEmpty()) {
            throw new IllegalArgumentException("the answer must be a number, was \"" + expected + "\"");
        }
    }

    @Override
    public List<String> rules() {
        return RULES;
    }

    @Override
    public Verdict check(String answer, String rule) {
        switch (rule) {
            case "evotoken":
                return equal(evotoken(answer), "no box and no answer tag holds a number");
            case "boxed":
                return equal(
                        Boxed.last(answer).flatMap(box -> number(plain(box))), "the last box, if any, holds no number");
            case "lm-eval-strict":
                return same(first(STRICT, answer, 1), "no number after ####");
            case "lm-eval-flexible":
                return same(last(FLEXIBLE, answer), "no number");
            default:
                throw unknown(rule);
        }
    }

    /** The number a rule found, against the expected one. */
    private Verdict equal(Optional<BigDecimal> found, String otherwise) {
        return found.map(number -> AnswerCheck.verdict(
                        number.compareTo(number(plain(expected)).orElseThrow()) == 0, "answers " + shown(number)))
                .orElseGet(() -> AnswerCheck.noAnswer(otherwise));
    }

    /** The text a rule found, against the expected one. */
    private Verdict same(Optional<String> found, String otherwise) {
        return found.map(text -> AnswerCheck.verdict(bare(text).equals(bare(expected)), "answers " + text))
                .orElseGet(() -> AnswerCheck.noAnswer(otherwise));
    }

    private static Optional<BigDecimal> evotoken(String answer) {
        for (String box : Boxed.all(answer)) {
            Optional<BigDecimal> number =
                    number(box).or(() -> first(INSIDE, box, 0).flatMap(NumberAnswer::number));
            if (number.isPresent()) {
                return number;
            }
        }
        return Boxed.tagged(answer)
                .flatMap(text -> number(text).or(() -> last(INSIDE, text).flatMap(NumberAnswer::number)));
    }

    /** The text as a number, if all of it is one. */
    private static Optional<BigDecimal> number(String text) {
        String trimmed = text.strip();
        return trimmed.length() <= LONGEST && WHOLE.matcher(trimmed).matches()
                ? Optional.of(new BigDecimal(trimmed))
                : Optional.empty();
    }

    /** Without what people put around numbers. */
    private static String plain(String text) {
        return text.length() > LONGEST
                ? text
                : ORNAMENT.matcher(text).replaceAll("").replaceFirst("\\.$", "");
    }

    /** What the harness leaves out on both sides before it compares texts. */
    private static String bare(String text) {
        return text.replace(",", "").replace("$", "").replaceFirst("\\.$", "").toLowerCase(Locale.ROOT);
    }

    private static Optional<String> first(Pattern pattern, String text, int group) {
        Matcher match = pattern.matcher(text);
        return match.find() ? Optional.of(match.group(group)) : Optional.empty();
    }

    private static Optional<String> last(Pattern pattern, String text) {
        Optional<String> found = Optional.empty();
        for (Matcher match = pattern.matcher(text); match.find(); ) {
            found = Optional.of(match.group());
        }
        return found;
    }

    private static String shown(BigDecimal number) {
        String text = number.toString();
        return text.length() > 40 ? text.substring(0, 40) + "..." : text;
    }
}
