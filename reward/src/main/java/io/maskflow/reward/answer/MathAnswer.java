package io.maskflow.reward.answer;

import io.maskflow.reward.sandbox.suite.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * An answer that is a formula in LaTeX, as in MATH-500.
 *
 * <ul>
 *   <li>{@code evotoken}: EvoToken's and d1's rule: the last box; of a box that is never closed the {@code <answer>} tags; without
 *       any box the whole text. Equal if the texts are after {@link MathText#hendrycks}.
 *   <li>{@code minerva}: lm-evaluation-harness, what stands between "Final Answer: The final answer is" and ". I hope it is
 *       correct."; equal if the texts are after {@link MathText#minerva}. The harness also accepts what SymPy simplifies to the
 *       same; this does not, so its figure is a lower bound.
 * </ul>
 *
 * @param expected LaTeX, without dollar signs around it
 */
public record MathAnswer(String expected) implements AnswerCheck {
    static final List<String> RULES = List.of("evotoken", "minerva");
    private static final String OPENING = "Final Answer: The final answer is";
    private static final String CLOSING = "I hope it is correct.";
    private static final int LONGEST = 2000;

    /** Checks that there is an expected answer. */
    public MathAnswer {
        Objects.requireNonNull(expected, "expected");
        if (expected.isBlank()) {
            throw new IllegalArgumentException("the answer must not be empty");
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
                return evotoken(answer);
            case "minerva":
                return closing(answer)
                        .map(found -> AnswerCheck.verdict(
                                is(found, (a, b) -> MathText.minerva(a).equals(MathText.minerva(b))),
                                "answers " + shown(found)))
                        .orElseGet(() -> AnswerCheck.noAnswer("no closing sentence with a final answer"));
            default:
                throw unknown(rule);
        }
    }

    private Verdict evotoken(String answer) {
        if (!Boxed.isIn(answer)) {
            boolean bare = is(answer, MathText::equal);
            return bare ? AnswerCheck.verdict(true, "the whole text") : AnswerCheck.noAnswer("no box");
        }
        return Boxed.last(answer)
                .filter(box -> !box.isEmpty())
                .or(() -> Boxed.tagged(answer))
                .map(found -> AnswerCheck.verdict(is(found, MathText::equal), "answers " + shown(found)))
                .orElseGet(() -> AnswerCheck.noAnswer("the last box is empty or never closed"));
    }

    /** One sign, usually the full stop, stands between answer and closing words; the harness adds those once more at the end. */
    private static Optional<String> closing(String answer) {
        return (answer + CLOSING)
                .lines()
                .flatMap(line -> closingOf(line).stream())
                .findFirst();
    }

    private static Optional<String> closingOf(String line) {
        int start = line.indexOf(OPENING) + OPENING.length();
        int end = start < OPENING.length() ? -1 : line.indexOf(" " + CLOSING, start + 1);
        return end < 0
                ? Optional.empty()
                : Optional.of(line.substring(start, end - 1).strip());
    }

    /** Longer texts are not brought to a normal form: no data set has such an answer. */
    private boolean is(String found, BiPredicate<String, String> equality) {
        return found.length() <= LONGEST && equality.test(found, expected);
    }

    private static String shown(String text) {
        return text.length() > 80 ? text.substring(0, 80) + "..." : text;
    }
}
