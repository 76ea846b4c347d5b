package io.maskflow.experiments.training.settings;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.AnswerProblem;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.Problem;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a run whose training, validation and evaluation share a problem. A policy that is chosen or trained on the
 * problems that it is tested on says nothing about others.
 */
public enum SharedProblems {
    /** The run is refused before anything is loaded. */
    REFUSE,
    /** The run goes on, with a word. */
    ACCEPT;

    /**
     * Some problems by the name of their setting.
     *
     * @param setting such as {@code validation.problems}
     * @param problems what it holds
     */
    public record Named(String setting, List<Problem> problems) {}

    /**
     * Compares two sources. Problems are the same if their text (whatever its case and spaces) and their tests or answers are.
     *
     * @param one problems that the policy is made with
     * @param other problems that it must not have met
     * @return what they share, in words
     * @throws ConfigurationException if they share any and that is refused
     */
    public Optional<String> check(Named one, Named other) {
        Set<String> known = new HashSet<>();
        other.problems().forEach(problem -> known.add(identity(problem)));
        List<Problem> shared =
                one.problems().stream().filter(p -> known.contains(identity(p))).toList();
        if (shared.isEmpty()) {
            return Optional.empty();
        }
        String words = one.setting() + " and " + other.setting() + " share " + shared.size() + " of "
                + one.problems().size() + " problems, the first is "
                + shared.get(0).id();
        if (this == REFUSE) {
            throw new ConfigurationException(
                    words + ": a score on problems that the policy was made with says nothing about"
                            + " others (sharedProblems: accept goes on knowingly)");
        }
        return Optional.of(words);
    }

    private static String identity(Problem problem) {
        String judged = problem instanceof CodingProblem coding
                ? String.join("\n", coding.tests().asserts())
                : ((AnswerProblem) problem).reference();
        return (problem.text() + "\n" + judged).toLowerCase(Locale.ROOT).replaceAll("\\s+", " ");
    }
}
