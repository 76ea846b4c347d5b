package io.maskflow.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to a group that does not fit into memory. */
class GroupRolloutTest {

    private static final GroupTask TASK = new GroupTask(0, 5, 7, new int[] {1, 2}, 8, 4, 2);

    /** Writes its sample's number; more than some rows at a time need an array that no JVM has. */
    private static final class Hungry implements Decoder {
        private final int fits;
        private final List<Integer> asked = new ArrayList<>();

        Hungry(int fits) {
            this.fits = fits;
        }

        @Override
        public LogitRules logitRules(BackboneInfo info) {
            throw new AssertionError("decodes without a model");
        }

        @Override
        public List<RowInProgress> rows(BackboneInfo info, DecodeRequest request) {
            throw new AssertionError("decodes without rows");
        }

        @Override
        public List<DecodedResponse> decode(MaskPredictor backbone, DecodeRequest request, DecodingObserver observer) {
            asked.add(request.samples().size());
            if (request.samples().size() > fits) {
                long[] all = new long[Integer.MAX_VALUE]; // longer than any JVM has arrays: its own error
                all[0] = 1;
            }
            return request.samples().stream()
                    .map(sample -> new DecodedResponse(
                            new int[] {(int) sample.key().sample(), 0, 0, 0}, 2, new float[] {1, 1, 1, 1}))
                    .toList();
        }
    }

    private static List<Integer> samples(TrajectoryGroup group) {
        return group.trajectories().stream().map(t -> t.tokenIds()[0]).toList();
    }

    /** With fewer problems than places a problem comes again in a step: its second group draws what the first did not. */
    @Test
    void groupsOfOnePromptInOneStepDrawDifferently() {
        GroupTask again = new GroupTask(0, 5, 7, 1, new int[] {1, 2}, 8, 4, 2, 0);
        assertThat(samples(new GroupRollout(new Hungry(8)).roll(null, again)))
                .containsExactly(8, 9, 10, 11, 12, 13, 14, 15);
    }

    @Test
    void aChunkThatDoesNotFitIsHalvedAndTheGroupIsTheSame() {
        Hungry roomy = new Hungry(8);
        Hungry tight = new Hungry(3);
        TrajectoryGroup expected = new GroupRollout(roomy).roll(null, TASK);
        TrajectoryGroup group = new GroupRollout(tight).roll(null, TASK);
        assertThat(samples(group)).isEqualTo(samples(expected)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(group.trajectories())
                .extracting(Trajectory::key)
                .isEqualTo(expected.trajectories().stream().map(Trajectory::key).toList());
        assertThat(roomy.asked).containsExactly(8);
        assertThat(tight.asked).containsExactly(8, 4, 2, 2, 2, 2);
    }

    @Test
    void theChosenChunkIsTheLargest() {
        Hungry decoder = new Hungry(8);
        assertThat(samples(new GroupRollout(decoder, 3).roll(null, TASK))).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(decoder.asked).containsExactly(3, 3, 2);
    }

    @Test
    void aSingleSampleThatDoesNotFitIsAFailure() {
        Hungry decoder = new Hungry(0);
        assertThatThrownBy(() -> new GroupRollout(decoder).roll(null, TASK)).isInstanceOf(OutOfMemoryError.class);
        assertThat(decoder.asked).containsExactly(8, 4, 2, 1);
    }
}
