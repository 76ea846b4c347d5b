package io.maskflow.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import org.junit.jupiter.api.Test;

class TrajectoryRecorderTest {

    private static final SampleKey KEY = new SampleKey(1, 2, 3, 0);

    /** Three positions from response position 5 on; two features, their values tell step and position. */
    private static DecodingStep step(int index, boolean[] active, boolean[] reEdited, int committed) {
        return step(index, 5, active, reEdited, committed);
    }

    private static DecodingStep step(int index, int from, boolean[] active, boolean[] reEdited, int committed) {
        float[] features = new float[6];
        float[] latent = new float[3];
        float[] logProbability = new float[3];
        for (int i = 0; i < 3; i++) {
            features[2 * i] = index;
            features[2 * i + 1] = i;
            latent[i] = 0.1f * (i + 1);
            logProbability[i] = -index - i;
        }
        float[] zeros = new float[3];
        return new DecodingStep(
                0,
                index,
                4,
                from,
                new int[3],
                zeros,
                active,
                features,
                zeros,
                latent,
                logProbability,
                zeros,
                zeros,
                reEdited,
                committed < 0 ? new int[0] : new int[] {committed},
                new boolean[0]);
    }

    @Test
    void positionsThatTheStepDidNotMoveByTheirActionAreLeftOut() {
        TrajectoryRecorder recorder = new TrajectoryRecorder(1);
        boolean[] all = {true, true, true};
        recorder.onStep(step(0, all, new boolean[] {false, true, false}, 7)); // 6 re-edited, 7 committed: only 5 counts
        recorder.onStep(step(1, new boolean[] {true, true, false}, new boolean[3], -1)); // 7 is frozen now

        Trajectory trajectory = recorder.trajectory(
                0, KEY, 4, new DecodedResponse(new int[8], 2, new float[] {0.5f, 1f, 0f, 0.5f, 1f, 0f, 0.5f, 0.5f}));

        Decisions decisions = trajectory.decisions();
        assertThat(decisions.position()).containsExactly(5, 5, 6);
        assertThat(decisions.step()).containsExactly(0, 1, 1);
        assertThat(decisions.features()).containsExactly(0f, 0f, 1f, 0f, 1f, 1f);
        assertThat(decisions.latent()).containsExactly(0.1f, 0.1f, 0.2f);
        assertThat(decisions.logProbability()).containsExactly(0f, -1f, -2f);
        assertThat(trajectory.actions()).isEqualTo(5);
        assertThat(trajectory.reEdits()).isEqualTo(1);
        assertThat(trajectory.meanFinalProgress()).isEqualTo(0.5);
    }

    @Test
    void aPolicyThatDoesNotSampleIsRefused() {
        TrajectoryRecorder recorder = new TrajectoryRecorder(1);
        float[] zeros = new float[3];
        DecodingStep unsampled = new DecodingStep(
                0,
                0,
                4,
                0,
                new int[3],
                zeros,
                new boolean[3],
                zeros,
                zeros,
                new float[0],
                new float[0],
                zeros,
                zeros,
                new boolean[3],
                new int[0],
                new boolean[0]);
        assertThatThrownBy(() -> recorder.onStep(unsampled)).hasMessageContaining("sampling policy");
    }

    /** What is written of a block is read from its last model call: the actions of that step move no token. */
    @Test
    void theLastStepOfEveryBlockCanBeLeftOut() {
        TrajectoryRecorder recorder = new TrajectoryRecorder(1);
        boolean[] all = {true, true, true};
        recorder.onStep(step(0, 0, all, new boolean[3], -1));
        recorder.onStep(step(1, 0, all, new boolean[3], -1));
        recorder.onStep(step(2, 3, all, new boolean[3], -1));
        recorder.onStep(step(3, 3, all, new boolean[3], -1));
        Trajectory trajectory = recorder.trajectory(0, KEY, 4, new DecodedResponse(new int[6], 4, new float[6]));
        assertThat(trajectory.closingSteps()).containsExactly(1, 3);
        assertThat(trajectory.drawn()).isEqualTo(12);
        Decisions kept = trajectory.decisions().without(trajectory.closingSteps());
        assertThat(kept.step()).containsExactly(0, 0, 0, 2, 2, 2);
        assertThat(kept.position()).containsExactly(0, 1, 2, 3, 4, 5);
        assertThat(kept.features()).hasSize(12).startsWith(0f, 0f, 0f, 1f).endsWith(2f, 2f);
    }

    @Test
    void manyDecisionsSurviveTheGrowthOfTheArrays() {
        TrajectoryRecorder recorder = new TrajectoryRecorder(1);
        for (int l = 0; l < 100; l++) {
            recorder.onStep(step(l, new boolean[] {true, true, true}, new boolean[3], -1));
        }
        Decisions decisions = recorder.trajectory(0, KEY, 100, new DecodedResponse(new int[8], 100, new float[8]))
                .decisions();
        assertThat(decisions.count()).isEqualTo(300);
        for (int d = 0; d < 300; d++) {
            assertThat(decisions.step()[d]).isEqualTo(d / 3);
            assertThat(decisions.features()[2 * d]).isEqualTo(d / 3);
            assertThat(decisions.features()[2 * d + 1]).isEqualTo(d % 3);
        }
    }

    @Test
    void positionsThatAreCutOffAfterDecodingAreLeftOut() {
        TrajectoryRecorder recorder = new TrajectoryRecorder(1);
        recorder.onStep(step(0, new boolean[] {true, true, true}, new boolean[3], -1)); // 5, 6, 7 of 7 positions
        Decisions decisions = recorder.trajectory(0, KEY, 1, new DecodedResponse(new int[7], 1, new float[7]))
                .decisions();
        assertThat(decisions.position()).containsExactly(5, 6);
        assertThat(decisions.features()).containsExactly(0f, 0f, 0f, 1f);
    }
}
