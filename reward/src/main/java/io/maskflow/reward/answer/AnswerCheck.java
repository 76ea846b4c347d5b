package io.maskflow.reward.answer;

import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.Serializable;
import java.util.List;
import java.util.stream.Stream;

/** Judges the text of an answer against what the data set says is right. */
public interface AnswerCheck extends Serializable {

    /** Names of the extraction rules this check knows, the default first; never empty. */
    List<String> rules();

    /**
     * Judges an answer.
     *
     * @param answer the model's text, up to its end token
     * @param rule one of {@link #rules()}
     * @return {@code PASSED}, {@code FAILED}, or {@code ERROR} if the rule finds no answer; one test
     * @throws IllegalArgumentException if there is no such rule
     */
    Verdict check(String answer, String rule);

    /** Names of the rules of all checks. */
    static List<String> allRules() {
        return Stream.of(NumberAnswer.RULES, MathAnswer.RULES, CountdownAnswer.RULES)
                .flatMap(List::stream)
                .distinct()
                .toList();
    }

    /** The verdict of one comparison. */
    static Verdict verdict(boolean right, String note) {
        return right ? one(VerdictKind.PASSED, note) : one(VerdictKind.FAILED, note);
    }

    /** The rule found nothing that could be compared. */
    static Verdict noAnswer(String note) {
        return one(VerdictKind.ERROR, note);
    }

    /** For a rule that is not among {@link #rules()}. */
    default IllegalArgumentException unknown(String rule) {
        return new IllegalArgumentException(
                "extraction must be one of " + rules() + " for these problems, was " + rule);
    }

    private static Verdict one(VerdictKind kind, String note) {
        return new Verdict(kind, List.of(kind), 0, 0, note);
    }
}
