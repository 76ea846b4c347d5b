package io.maskflow.rollout;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes the samples of one group and remembers how.
 *
 * <p>The decoder is the very one that evaluation uses, with a step-size policy that samples. The rows of a batch are
 * always the samples of one group, so what a batch holds never depends on how many workers there are.
 *
 * @paper XF §4.2 (rollouts)
 */
public final class GroupRollout {

    private final Decoder decoder;

    /**
     * @param decoder a flow decoder whose step size is a sampling policy
     */
    public GroupRollout(Decoder decoder) {
        this.decoder = decoder;
    }

    /**
     * Rolls out one group.
     *
     * @param backbone the worker's mask predictor
     * @param task prompt, samples, budget
     * @return the trajectories in sample order, without rewards
     */
    public TrajectoryGroup roll(MaskPredictor backbone, GroupTask task) {
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int sample = 0; sample < task.groupSize(); sample++) {
            SampleKey key = new SampleKey(task.runSeed(), task.step(), task.prompt(), sample);
            samples.add(new DecodeRequest.Sample(task.promptIds(), key));
        }
        TrajectoryRecorder recorder = new TrajectoryRecorder(task.groupSize());
        List<DecodedResponse> responses = decoder.decode(
                backbone, new DecodeRequest(samples, task.responseLength(), task.totalSteps()), recorder);
        List<Trajectory> trajectories = new ArrayList<>();
        for (int sample = 0; sample < task.groupSize(); sample++) {
            trajectories.add(recorder.trajectory(
                    sample, samples.get(sample).key(), task.totalSteps(), responses.get(sample)));
        }
        return new TrajectoryGroup(task, trajectories);
    }
}
