package io.maskflow.experiments.training;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.rollout.Fleet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** Scores a policy on problems that are neither trained on nor tested on, with its expected actions. */
final class Validation {

    private final Evaluator evaluator;
    private final Fleet fleet;
    private final FlowSettings flow;
    private final List<NumberedProblem> problems;
    private final List<DecodingBudget> budgets;
    private final int responseLength;
    private final Rewards rewards;
    private final List<Double> prices;

    /**
     * @param prices to try a policy with a dial at; empty for the ends and the middle of its range
     */
    Validation(
            Evaluator evaluator,
            Fleet fleet,
            FlowSettings flow,
            List<NumberedProblem> problems,
            List<DecodingBudget> budgets,
            int responseLength,
            Rewards rewards,
            List<Double> prices) {
        this.evaluator = evaluator;
        this.fleet = fleet;
        this.flow = flow;
        this.problems = problems;
        this.budgets = budgets;
        this.responseLength = responseLength;
        this.rewards = rewards;
        this.prices = rewards.validationPrices(prices);
    }

    /**
     * @param prefix of the names, such as {@code validation/}
     * @param policy what to score
     * @param stop asked after each batch
     * @return {@code validation/BUDGET} (with a dial: {@code validation/BUDGET@PRICE}) to the share of problems passed, where
     *     calls have a price {@code validation/nfe/BUDGET} to their mean number, and {@code validation/score}: the mean of
     *     what a solved problem is worth after the price of its calls, or without a price of the shares passed
     */
    Map<String, Double> score(String prefix, PolicyNetwork policy, StopSignal stop) {
        Map<String, Double> scores = new LinkedHashMap<>();
        double sum = 0;
        for (DecodingBudget budget : budgets) {
            for (double price : prices) {
                boolean dial = policy.shape().state().priced();
                BetaStepSizePolicy expected = BetaStepSizePolicy.expected(policy);
                FlowDecoder decoder = new FlowDecoder(flow, dial ? expected.at(price) : expected);
                List<ResultsLog.Result> results =
                        evaluator.evaluate(fleet, decoder, "policy", problems, budget, 0, rows -> stop.check());
                String name = budget + (dial ? "@" + String.format(Locale.ROOT, "%.3g", price) : "");
                scores.put(prefix + name, mean(results, r -> r.passed() ? 1 : 0));
                if (price > 0) {
                    scores.put(prefix + "nfe/" + name, mean(results, ResultsLog.Result::nfe));
                }
                sum += mean(results, r -> rewards.priced(r.passed() ? 1 : 0, price, r.nfe(), responseLength));
            }
        }
        scores.put(prefix + "score", sum / (budgets.size() * prices.size()));
        return scores;
    }

    private static double mean(List<ResultsLog.Result> results, ToDoubleFunction<ResultsLog.Result> of) {
        double sum = 0;
        for (ResultsLog.Result result : results) {
            sum += of.applyAsDouble(result);
        }
        return sum / results.size();
    }
}
