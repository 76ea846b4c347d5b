package io.maskflow.experiments.training.filter;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.evaluation.answers.KeptAnswers;
import io.maskflow.experiments.models.PlainDecoding;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.rollout.Fleet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * The problems that the base model solves by {@link PlainDecoding}. A problem that it cannot solve under any schedule
 * gives every trajectory the same reward and teaches nothing.
 *
 * @paper XF §5.2 (prompt filtering)
 */
final class SolvableProblems {

    private SolvableProblems() {}

    /**
     * @param file where the answers are kept, so that a stopped search goes on
     * @param evaluator decodes and grades
     * @param info the base model, which says how it decodes ({@link PlainDecoding})
     * @param fleet workers with it
     * @param problems candidates
     * @param budget budget they must be solved at
     * @param done told how many problems were found answered or have just been answered
     * @return those that pass all their asserts, in order
     */
    static List<NumberedProblem> among(
            Path file,
            Evaluator evaluator,
            BackboneInfo info,
            Fleet fleet,
            List<NumberedProblem> problems,
            DecodingBudget budget,
            IntConsumer done) {
        List<ResultsLog.Result> results = KeptAnswers.complete(
                file, evaluator, fleet, PlainDecoding.of(info), PlainDecoding.name(info), problems, budget, done);
        List<NumberedProblem> solvable = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            if (results.get(i).passed()) {
                solvable.add(problems.get(i));
            }
        }
        return solvable;
    }
}
