package io.maskflow.reward.problem;

import io.maskflow.reward.answer.AnswerCheck;
import java.util.List;
import java.util.Objects;

/**
 * A problem whose answer is no program.
 *
 * @param id as in the data set, or {@code SET/LINE} where rows have no name
 * @param text the question
 * @param reference a solution in the data set's own words; empty if it has none
 * @param check says whether an answer is right
 * @param row the row of the data file as JSON, with its id: what a list of selected problems is made of
 */
public record AnswerProblem(String id, String text, String reference, AnswerCheck check, String row)
        implements Problem {
    public AnswerProblem {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(text, "text");
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(check, "check");
        Objects.requireNonNull(row, "row");
    }

    @Override
    public List<String> visibleTests() {
        return List.of();
    }

    @Override
    public String entryPoint() {
        return "";
    }

    /**
     * The name of the rule that finds the answer.
     *
     * @param extraction a rule of the check, or {@code none} for its default
     * @throws IllegalArgumentException if the check has no such rule
     */
    public String rule(String extraction) {
        List<String> rules = check.rules();
        if (!extraction.equals("none") && !rules.contains(extraction)) {
            throw new IllegalArgumentException("extraction must be none (" + rules.get(0) + ") or one of " + rules
                    + " for problem " + id + ", was " + extraction);
        }
        return extraction.equals("none") ? rules.get(0) : extraction;
    }
}
