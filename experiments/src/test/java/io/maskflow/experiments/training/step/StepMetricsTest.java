package io.maskflow.experiments.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.SampleKey;
import io.maskflow.experiments.training.settings.PolicySettings;
import io.maskflow.experiments.training.settings.RewardChoice;
import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.grpo.GrpoConfig;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.policy.grpo.UpdateMetrics;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import io.maskflow.rollout.Decisions;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StepMetricsTest {

    private static final Rewards PASS_RATE = new Rewards(List.of(new RewardChoice.PassRate(1)));
    private static final Verdict PASS = new Verdict(VerdictKind.PASSED, List.of(VerdictKind.PASSED), 0, 0, "");
    private static final Verdict FAIL = new Verdict(VerdictKind.FAILED, List.of(VerdictKind.FAILED), 0, 0, "");
    private static final DecodingBudget QUARTER = new DecodingBudget(1, 4);
    private static final DecodingBudget EIGHTH = new DecodingBudget(1, 8);

    private static ScoredGroup group(DecodingBudget budget, float progress, Verdict... verdicts) {
        int steps = budget.steps(48);
        Decisions none = new Decisions(1, new float[0], new float[0], new float[0], new int[0], new int[0]);
        List<Trajectory> trajectories = new ArrayList<>();
        for (int g = 0; g < verdicts.length; g++) {
            trajectories.add(new Trajectory(
                    new SampleKey(0, 0, 0, g),
                    steps,
                    new int[2],
                    steps,
                    new float[] {progress, progress},
                    none,
                    0,
                    new int[] {steps - 1},
                    0,
                    4));
        }
        GroupTask task = new GroupTask(0, 0, 0, new int[] {1}, verdicts.length, 48, steps);
        return ScoredGroup.of(
                new TrajectoryGroup(task, trajectories),
                List.of(verdicts),
                Collections.nCopies(verdicts.length, new double[0]),
                PASS_RATE);
    }

    @Test
    void modelCallsAndWhatWasSavedAddUpToStepsTimesSamples() {
        ScoredGroup shared = group(EIGHTH, 1, PASS, FAIL, FAIL);
        TrajectoryGroup all = shared.group();
        // T = 6 of 3 samples, the first call made once: 18 - 2; of a group that shared nothing: 12 * 2
        ScoredGroup once = ScoredGroup.of(
                new TrajectoryGroup(all.task(), all.trajectories(), 16),
                shared.verdicts(),
                Collections.nCopies(3, new double[0]),
                PASS_RATE);
        Map<String, Double> values = of(List.of(EIGHTH, QUARTER), once, group(QUARTER, 1, PASS, FAIL));
        assertThat(values.get("model_calls")).isEqualTo(16 + 24);
        assertThat(values.get("calls_saved_shared_first_step")).isEqualTo(2);
        assertThat(values.get("calls_saved_early_finish")).isZero();
    }

    private static Map<String, Double> of(List<DecodingBudget> budgets, ScoredGroup... groups) {
        PolicyNetwork policy = PolicyNetwork.initial(PolicySettings.defaults().shape(PriceRange.NONE), 0);
        UpdateMetrics nothing = new GrpoLearner(GrpoConfig.defaults(), policy, 1).update(List.of());
        return StepMetrics.of(List.of(groups), nothing, 0.5, Set.of(), PASS_RATE, budgets);
    }

    @Test
    void everyBudgetOfAMixedStepHasItsOwnRewardAndPassRate() {
        Map<String, Double> values = of(
                List.of(QUARTER, EIGHTH, QUARTER),
                group(QUARTER, 0.5f, PASS, FAIL),
                group(EIGHTH, 1f, FAIL, FAIL),
                group(QUARTER, 0.5f, PASS, PASS));
        // 1/4: task (1 + 0 + 1 + 1) / 4 = 0.75, completion 0.5, lambda 0.5: 0.75 + 0.25; 1/8: 0 + 0.5 * 1
        assertThat(values.get("reward/1_4")).isCloseTo(1.0, within(1e-12));
        assertThat(values.get("reward/1_8")).isCloseTo(0.5, within(1e-12));
        assertThat(values.get("pass/1_4")).isEqualTo(0.75);
        assertThat(values.get("pass/1_8")).isZero();
        assertThat(values.get("pass_rate/all")).isEqualTo(0.5);
        assertThat(values.get("reward")).isCloseTo((4 * 1.0 + 2 * 0.5) / 6, within(1e-12));
    }

    @Test
    void aRunWithOneBudgetNeedsNoSuchNamesAndABudgetWithoutAGroupHasNone() {
        assertThat(of(List.of(QUARTER), group(QUARTER, 1, PASS, FAIL)).keySet())
                .noneMatch(name -> name.startsWith("reward/") || name.startsWith("pass/"));
        assertThat(of(List.of(QUARTER, EIGHTH), group(QUARTER, 1, PASS, FAIL)))
                .containsKey("reward/1_4")
                .doesNotContainKey("reward/1_8");
    }
}
