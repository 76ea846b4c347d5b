package io.maskflow.experiments.training.step;

import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.policy.grpo.GroupLoss;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.Serializable;
import java.util.List;

/**
 * How the samples of a group are compared in one step, by the learner or, where a whole group is on one worker, there.
 *
 * @param rewards what an answer is worth
 * @param advantage how samples are compared
 * @param flatOnes whether groups of equal task rewards are learned from
 * @param loss what is differentiated first
 */
record Comparison(Rewards rewards, GroupAdvantage advantage, boolean flatOnes, GroupLoss loss) implements Serializable {

    /**
     * What is sent to the learner of a slice.
     *
     * @param outline trajectories without decisions, verdicts, fault
     * @param gradient the gradient at the parameters that drew it, where the whole group was there; else nothing
     */
    record Report(RolledSlice outline, List<SurrogateGradient> gradient) implements Serializable {}

    /** Reports a slice; a whole group is compared and differentiated on the spot. */
    Report report(RolledSlice rolled) {
        if (rolled.faulty() || !rolled.slice().wholeGroup()) {
            return new Report(rolled.outline(), List.of());
        }
        double[][] advantages = advantages(scored(List.of(rolled)));
        return new Report(rolled.outline(), List.of(rolled.gradient(advantages, loss)));
    }

    /** The slices of one group as a group with rewards. */
    ScoredGroup scored(List<RolledSlice> slices) {
        List<Verdict> verdicts =
                slices.stream().flatMap(slice -> slice.verdicts().stream()).toList();
        List<double[]> given =
                slices.stream().flatMap(slice -> slice.given().stream()).toList();
        return ScoredGroup.of(RolledSlice.group(slices), verdicts, given, rewards);
    }

    /** {@code [G, N]} advantages; empty rows for samples, or a whole group, that are not learned from. */
    double[][] advantages(ScoredGroup group) {
        boolean learned = group.judged().size() > 1 && (flatOnes || !group.flat());
        return learned
                ? group.advantages(advantage)
                : new double[group.verdicts().size()][0];
    }
}
