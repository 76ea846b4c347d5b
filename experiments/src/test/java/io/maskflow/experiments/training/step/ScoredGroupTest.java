package io.maskflow.experiments.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.SampleKey;
import io.maskflow.experiments.training.settings.RewardChoice;
import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.distribution.LogScaleAction;
import io.maskflow.policy.grpo.GrpoConfig;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import io.maskflow.rollout.Decisions;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoredGroupTest {

    private static final Rewards PASS_RATE = new Rewards(List.of(new RewardChoice.PassRate(1)));
    private static final Verdict PASS = new Verdict(VerdictKind.PASSED, List.of(VerdictKind.PASSED), 0, 0, "");
    private static final Verdict FAIL = new Verdict(VerdictKind.FAILED, List.of(VerdictKind.FAILED), 0, 0, "");

    /** Two positions, two steps, a decision each; final progress differs from sample to sample. */
    private static Trajectory trajectory(int sample) {
        Decisions decisions = new Decisions(
                1,
                new float[] {1, 2, 3, 4},
                new float[] {0.1f, 0.2f, 0.3f, 0.4f},
                new float[4],
                new int[] {0, 1, 0, 1},
                new int[] {0, 0, 1, 1});
        return new Trajectory(
                new SampleKey(0, 0, 0, sample),
                2,
                new int[2],
                2,
                new float[] {0.1f * sample, 1f},
                decisions,
                decisions.count(),
                new int[] {1},
                0,
                4);
    }

    private static ScoredGroup scored(Verdict... verdicts) {
        List<Trajectory> trajectories = new java.util.ArrayList<>();
        for (int g = 0; g < verdicts.length; g++) {
            trajectories.add(trajectory(g));
        }
        GroupTask task = new GroupTask(0, 0, 0, new int[] {1}, verdicts.length, 2, 2);
        return ScoredGroup.of(
                new TrajectoryGroup(task, trajectories),
                List.of(verdicts),
                java.util.Collections.nCopies(verdicts.length, new double[0]),
                PASS_RATE);
    }

    @Test
    void aGroupIsFlatByItsTaskRewardWhateverItsProgress() {
        assertThat(scored(FAIL, FAIL, FAIL).flat()).isTrue();
        assertThat(scored(PASS, PASS).flat()).isTrue();
        assertThat(scored(PASS, FAIL).flat()).isFalse();
    }

    @Test
    void aSampleWithoutVerdictIsNeitherComparedNorLearnedFrom() {
        ScoredGroup group = scored(PASS, Verdict.none("the sandbox broke"), FAIL);
        assertThat(group.task()).containsExactly(1, 0);
        assertThat(group.judged()).extracting(t -> t.key().sample()).containsExactly(0L, 2L);
        double[][] advantages = group.advantages(GrpoConfig.defaults().groupAdvantage(0));
        assertThat(advantages[0][0]).isPositive().isEqualTo(-advantages[2][0]);
        assertThat(advantages[1]).isEmpty();
        assertThat(scored(PASS, Verdict.none("the sandbox broke")).flat()).isTrue();
    }

    @Test
    void actionsOfTheLastStepAreLearnedFromOnlyWhereProgressIsRewarded() {
        PolicyNetwork behaviour = PolicyNetwork.initial(
                new PolicyShape(PolicyState.named(List.of("p1")), 4, 0.1, 0.9, 2, 60, LogScaleAction.PAPER), 1);
        DrawnLatents drawn = new DrawnLatents(
                io.maskflow.policy.grpo.GrpoConfig.Estimator.SMOOTHED, io.maskflow.policy.Exploration.INDEPENDENT);
        assertThat(drawn.of(trajectory(0), behaviour, true).batch().count()).isEqualTo(4);
        assertThat(drawn.of(trajectory(0), behaviour, false).batch().count()).isEqualTo(2);
    }
}
