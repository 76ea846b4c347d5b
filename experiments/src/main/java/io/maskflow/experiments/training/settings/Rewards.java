package io.maskflow.experiments.training.settings;

import io.maskflow.policy.PriceRange;
import io.maskflow.reward.CommandReward;
import io.maskflow.reward.PassRate;
import io.maskflow.reward.TaskReward;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The task reward of Eq. 18 as a weighted sum, and what model calls take away from it.
 *
 * @param terms at least one that is not the price of calls, which comes at most once
 */
public record Rewards(List<RewardChoice> terms) implements Serializable {

    /** Checks that there is something to be earned. */
    public Rewards {
        terms = List.copyOf(terms);
        if (terms.stream().allMatch(RewardChoice.Calls.class::isInstance)) {
            throw new IllegalArgumentException(
                    "reward must hold a term besides calls: pass-rate, all-pass or command, was " + terms);
        }
        if (terms.stream().map(RewardChoice::label).distinct().count() < terms.size()) {
            throw new IllegalArgumentException(
                    "reward must hold each term once (commands: each with a name of its own)," + " was "
                            + terms.stream().map(RewardChoice::label).toList());
        }
    }

    /**
     * What a sample has earned.
     *
     * @param terms value of each term, unweighted; for calls the share {@code calls / N}
     * @param earned their weighted sum without the price of calls
     * @param reward what is left after it: the task reward
     */
    public record Earned(double[] terms, double earned, double reward) {}

    /** The price of calls, if they have one. */
    public Optional<RewardChoice.Calls> calls() {
        return terms.stream()
                .filter(RewardChoice.Calls.class::isInstance)
                .map(RewardChoice.Calls.class::cast)
                .findFirst();
    }

    /** The prices that groups are given. */
    public PriceRange prices() {
        return calls().map(RewardChoice.Calls::range).orElse(PriceRange.NONE);
    }

    /** Whether each group has a price of its own, which the policy must see. */
    boolean dial() {
        return prices().low() < prices().high();
    }

    /**
     * The prices that a policy is validated at: those asked for, or the ends and the middle of a range, or the one price.
     *
     * @param asked possibly empty
     */
    public List<Double> validationPrices(List<Double> asked) {
        PriceRange range = prices();
        return !asked.isEmpty()
                ? asked
                : dial() ? List.of(range.low(), range.at(0.5), range.high()) : List.of(range.low());
    }

    /**
     * What calls leave of a reward.
     *
     * @param earned without their price
     * @param price of the group
     */
    public double priced(double earned, double price, int calls, int length) {
        return calls().map(c -> c.form().priced(earned, c.weight() * price, calls, length))
                .orElse(earned);
    }

    /**
     * What a judged sample has earned.
     *
     * @param given what the commands said of it, in their order
     */
    public Earned of(Verdict verdict, Trajectory trajectory, GroupTask task, double[] given) {
        PassRate rate = PassRate.of(verdict);
        double[] values = new double[terms.size()];
        double earned = 0;
        int command = 0;
        for (int k = 0; k < values.length; k++) {
            RewardChoice term = terms.get(k);
            if (term instanceof RewardChoice.Calls) {
                values[k] = (double) trajectory.nfe() / task.responseLength();
                continue;
            }
            values[k] = term instanceof RewardChoice.PassRate
                    ? TaskReward.passRate().of(rate)
                    : term instanceof RewardChoice.AllPass
                            ? TaskReward.allPass().of(rate)
                            : given[command++];
            earned += term.weight() * values[k];
        }
        return new Earned(values, earned, priced(earned, task.price(), trajectory.nfe(), task.responseLength()));
    }

    /**
     * What the commands say of the samples of a slice.
     *
     * @param scores {@code [samples][commands]}
     * @param verdicts those given, but none for a sample that a command gave no number for
     */
    public record Asked(List<double[]> scores, List<Verdict> verdicts) {}

    /** Asks the commands, if there are any. */
    public Asked ask(Slice slice, List<Trajectory> trajectories, List<String> texts, List<Verdict> verdicts) {
        List<RewardChoice.Command> commands = terms.stream()
                .filter(RewardChoice.Command.class::isInstance)
                .map(RewardChoice.Command.class::cast)
                .toList();
        List<double[]> scores = new ArrayList<>();
        List<Verdict> judged = new ArrayList<>(verdicts);
        for (int g = 0; g < texts.size(); g++) {
            scores.add(new double[commands.size()]);
        }
        if (commands.isEmpty()) {
            return new Asked(scores, judged);
        }
        List<Map<String, Object>> lines = new ArrayList<>();
        for (int g = 0; g < texts.size(); g++) {
            lines.add(line(slice, trajectories.get(g), texts.get(g), verdicts.get(g)));
        }
        for (int c = 0; c < commands.size(); c++) {
            List<CommandReward.Score> said = commands.get(c).reward().scores(lines);
            for (int g = 0; g < texts.size(); g++) {
                if (said.get(g).value().isPresent()) {
                    scores.get(g)[c] = said.get(g).value().getAsDouble();
                } else {
                    judged.set(
                            g,
                            Verdict.none("reward command " + commands.get(c).name() + " "
                                    + said.get(g).fault()));
                }
            }
        }
        return new Asked(scores, judged);
    }

    private static Map<String, Object> line(Slice slice, Trajectory trajectory, String text, Verdict verdict) {
        Problem asked = slice.problem();
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("id", asked.id());
        problem.put("text", asked.text());
        problem.put("reference", asked.reference());
        problem.put("tests", asked.visibleTests());
        Map<String, Object> judged = new LinkedHashMap<>();
        judged.put("verdict", verdict.kind().word());
        judged.put("pass_rate", verdict.decided() ? verdict.passRate() : null);
        judged.put("note", verdict.note());
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("calls", trajectory.nfe());
        figures.put("length", slice.task().responseLength());
        figures.put("ceiling", slice.task().totalSteps());
        figures.put("price", slice.task().price());
        figures.put("t_final_mean", trajectory.meanFinalProgress());
        figures.put("re_edits", trajectory.reEdits());
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("problem", problem);
        answer.put("answer", text);
        answer.put("verdict", judged);
        answer.put("trajectory", figures);
        return answer;
    }
}
