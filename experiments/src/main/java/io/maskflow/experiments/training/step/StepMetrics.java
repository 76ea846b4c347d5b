package io.maskflow.experiments.training.step;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.training.settings.RewardChoice;
import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.policy.grpo.UpdateMetrics;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import io.maskflow.rollout.Trajectory;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;

/** The metrics of a training step, under the names of docs/METRICS.md. Sums run in prompt, then sample order. */
final class StepMetrics {

    private StepMetrics() {}

    /**
     * @param groups all groups of the step, flat ones included
     * @param update what the learner saw
     * @param lambda weight of the completion reward in this step
     * @param endIds tokens that end a text, for tokens per forward
     * @param rewards what an answer is worth
     * @param budgets the budgets of the run: with several, reward and share passed are given for each as well
     */
    static Map<String, Double> of(
            List<ScoredGroup> groups,
            UpdateMetrics update,
            double lambda,
            Set<Integer> endIds,
            Rewards rewards,
            List<DecodingBudget> budgets) {
        List<Trajectory> all =
                groups.stream().flatMap(g -> g.group().trajectories().stream()).toList();
        double[] completion = completion(groups);
        long samples = all.size();
        long nfe = all.stream().mapToLong(Trajectory::nfe).sum();
        long actions = all.stream().mapToLong(Trajectory::actions).sum();
        long reEdits = all.stream().mapToLong(Trajectory::reEdits).sum();
        long tokens = all.stream()
                .mapToLong(t -> io.maskflow.decoder.tokenizer.Tokenizer.lengthBeforeEnd(t.tokenIds(), endIds))
                .sum();

        Map<String, Double> named = new LinkedHashMap<>();
        named.put("reward", mean(rewards(groups, lambda)));
        named.put("reward_std", meanGroupDeviation(groups, lambda));
        named.put(
                "frac_reward_zero_std",
                share(groups.stream().filter(ScoredGroup::flat).count(), groups.size()));
        named.put("rewards/task/mean", mean(earned(groups, Rewards.Earned::earned)));
        for (int k = 0; k < rewards.terms().size(); k++) {
            int term = k;
            if (!(rewards.terms().get(k) instanceof RewardChoice.Calls)) {
                named.put("rewards/" + rewards.terms().get(k).label() + "/mean", mean(earned(groups, e -> e.terms()[
                        term])));
            }
        }
        if (rewards.calls().isPresent()) {
            named.put(
                    "price_mean",
                    groups.stream()
                            .mapToDouble(g -> g.group().task().price())
                            .average()
                            .orElse(0));
            named.put("price_paid", mean(earned(groups, e -> e.earned() - e.reward())));
        }
        named.put("rewards/completion/mean", mean(completion));
        named.put("pass_rate/all", share(count(groups, VerdictKind.PASSED), samples));
        named.putAll(update.named());
        named.put("completion_weight", lambda);
        named.put("nfe_mean", share(nfe, samples));
        named.put(
                "ended_early",
                share(all.stream().filter(t -> t.nfe() < t.totalSteps()).count(), samples));
        named.putAll(modelCalls(groups, nfe));
        named.put("tpf", share(tokens, nfe));
        named.put(
                "t_final_mean",
                all.stream().mapToDouble(Trajectory::meanFinalProgress).sum() / samples);
        named.put("reedit_rate", share(reEdits, actions));
        named.put("no_verdict", share(count(groups, VerdictKind.NO_VERDICT), samples));
        named.put("timeouts", share(count(groups, VerdictKind.TIMEOUT), samples));
        named.putAll(byBudget(groups, lambda, budgets));
        return named;
    }

    /** What the step cost, and what it did not: sequences through the network, and decisions that teach nothing. */
    private static Map<String, Double> modelCalls(List<ScoredGroup> groups, long nfe) {
        long made = groups.stream().mapToLong(g -> g.group().modelCalls()).sum();
        long planned = groups.stream()
                .flatMap(g -> g.group().trajectories().stream())
                .mapToLong(Trajectory::totalSteps)
                .sum();
        long flat = groups.stream()
                .filter(ScoredGroup::flat)
                .flatMap(g -> g.group().trajectories().stream())
                .mapToLong(Trajectory::drawn)
                .sum();
        Map<String, Double> named = new LinkedHashMap<>();
        named.put("model_calls", (double) made);
        named.put("calls_saved_shared_first_step", (double) (nfe - made));
        named.put("calls_saved_early_finish", (double) (planned - nfe));
        named.put("decisions_drawn", (double) groups.stream()
                .flatMap(g -> g.group().trajectories().stream())
                .mapToLong(Trajectory::drawn)
                .sum());
        named.put("decisions_flat", (double) flat);
        return named;
    }

    /** Reward and share passed of each budget; nothing for a run with one budget. */
    private static Map<String, Double> byBudget(List<ScoredGroup> groups, double lambda, List<DecodingBudget> budgets) {
        Map<String, Double> named = new LinkedHashMap<>();
        List<DecodingBudget> distinct = budgets.stream().distinct().toList();
        if (distinct.size() < 2) {
            return named;
        }
        for (DecodingBudget budget : distinct) {
            List<ScoredGroup> some = groups.stream()
                    .filter(g -> budget.steps(g.group().task().responseLength())
                            == g.group().task().totalSteps())
                    .toList();
            if (!some.isEmpty()) {
                long samples = some.stream().mapToLong(g -> g.verdicts().size()).sum();
                String name = budget.numerator() + "_" + budget.denominator();
                named.put("reward/" + name, mean(rewards(some, lambda)));
                named.put("pass/" + name, share(count(some, VerdictKind.PASSED), samples));
            }
        }
        return named;
    }

    private static double[] earned(List<ScoredGroup> groups, ToDoubleFunction<Rewards.Earned> of) {
        return groups.stream().flatMap(g -> g.earned().stream()).mapToDouble(of).toArray();
    }

    private static double[] completion(List<ScoredGroup> groups) {
        return groups.stream()
                .flatMap(g -> g.judged().stream())
                .mapToDouble(Trajectory::meanFinalProgress)
                .toArray();
    }

    /** Task reward plus lambda times mean final progress, of every judged sample. */
    private static double[] rewards(List<ScoredGroup> groups, double lambda) {
        double[] reward =
                groups.stream().flatMapToDouble(g -> Arrays.stream(g.task())).toArray();
        double[] completion = completion(groups);
        for (int i = 0; i < reward.length; i++) {
            reward[i] += lambda * completion[i];
        }
        return reward;
    }

    private static long count(List<ScoredGroup> groups, VerdictKind kind) {
        return groups.stream().mapToLong(g -> g.count(kind)).sum();
    }

    /** Mean over groups of the standard deviation (n - 1) of a sample's total reward within its group. */
    private static double meanGroupDeviation(List<ScoredGroup> groups, double lambda) {
        double sum = 0;
        for (ScoredGroup group : groups) {
            double[] total = new double[group.task().length];
            for (int g = 0; g < total.length; g++) {
                total[g] = group.task()[g] + lambda * group.judged().get(g).meanFinalProgress();
            }
            sum += deviation(total);
        }
        return sum / groups.size();
    }

    private static double deviation(double[] values) {
        if (values.length < 2) {
            return 0;
        }
        double mean = mean(values);
        double squares =
                DoubleStream.of(values).map(v -> (v - mean) * (v - mean)).sum();
        return Math.sqrt(squares / (values.length - 1));
    }

    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return values.length == 0 ? 0 : sum / values.length;
    }

    private static double share(long part, long whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }
}
