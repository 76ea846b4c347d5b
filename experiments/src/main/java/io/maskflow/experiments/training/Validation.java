package io.maskflow.experiments.training;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.experiments.evaluation.Evaluator;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.report.ResultsLog;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.rollout.Fleet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Scores a policy on problems that are neither trained on nor tested on, with its expected actions. */
final class Validation {

    private final Evaluator evaluator;
    private final Fleet fleet;
    private final FlowSettings flow;
    private final List<NumberedProblem> problems;
    private final List<DecodingBudget> budgets;

    Validation(
            Evaluator evaluator,
            Fleet fleet,
            FlowSettings flow,
            List<NumberedProblem> problems,
            List<DecodingBudget> budgets) {
        this.evaluator = evaluator;
        this.fleet = fleet;
        this.flow = flow;
        this.problems = problems;
        this.budgets = budgets;
    }

    /**
     * @param prefix of the names, such as {@code validation/}
     * @param policy what to score
     * @param stop asked after each batch
     * @return {@code validation/BUDGET} to the share of problems passed, and {@code validation/score}, their mean over
     *     budgets
     */
    Map<String, Double> score(String prefix, PolicyNetwork policy, StopSignal stop) {
        FlowDecoder decoder = new FlowDecoder(flow, BetaStepSizePolicy.expected(policy));
        Map<String, Double> scores = new LinkedHashMap<>();
        double sum = 0;
        for (DecodingBudget budget : budgets) {
            long passed = evaluator.evaluate(fleet, decoder, "policy", problems, budget, 0, rows -> stop.check()).stream()
                    .filter(ResultsLog.Result::passed)
                    .count();
            double share = (double) passed / problems.size();
            scores.put(prefix + budget, share);
            sum += share;
        }
        scores.put(prefix + "score", sum / budgets.size());
        return scores;
    }
}
