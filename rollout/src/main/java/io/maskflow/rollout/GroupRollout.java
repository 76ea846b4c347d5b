package io.maskflow.rollout;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes the samples of one group and remembers how.
 *
 * <p>The decoder is the very one that evaluation uses, with a step-size policy that samples. The rows of a batch are
 * always the samples of one group, so what a batch holds never depends on how many workers there are.
 *
 * @paper XF §4.2 (rollouts)
 */
public final class GroupRollout implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Logger LOG = LoggerFactory.getLogger(GroupRollout.class);

    private final Decoder decoder;
    private final int chunk;

    /**
     * Decodes a group whole.
     *
     * @param decoder a flow decoder whose step size is a sampling policy
     */
    public GroupRollout(Decoder decoder) {
        this(decoder, 0);
    }

    /**
     * @param decoder a flow decoder whose step size is a sampling policy
     * @param chunk samples decoded together, 0 for all of a group
     */
    public GroupRollout(Decoder decoder, int chunk) {
        if (chunk < 0) {
            throw new IllegalArgumentException("fleet.chunk must be at least 0, was " + chunk);
        }
        this.decoder = decoder;
        this.chunk = chunk;
    }

    /**
     * Rolls out one group. Where memory does not suffice for a chunk it is halved, down to single samples.
     *
     * @param backbone the worker's mask predictor
     * @param task prompt, samples, budget
     * @return the trajectories in sample order, without rewards
     */
    public TrajectoryGroup roll(MaskPredictor backbone, GroupTask task) {
        return roll(backbone, task, 0, task.groupSize());
    }

    /**
     * Rolls out some samples of a group, the same ones that {@link #roll(MaskPredictor, GroupTask)} gives.
     *
     * @param backbone the worker's mask predictor
     * @param task prompt, samples, budget
     * @param first first sample
     * @param end sample behind the last one
     * @return their trajectories in sample order, without rewards
     */
    public TrajectoryGroup roll(MaskPredictor backbone, GroupTask task, int first, int end) {
        int together = chunk == 0 ? end - first : Math.min(chunk, end - first);
        List<Trajectory> trajectories = new ArrayList<>();
        long modelCalls = 0;
        while (first + trajectories.size() < end) {
            int from = first + trajectories.size();
            int to = Math.min(end, from + together);
            try {
                modelCalls += decode(backbone, task, from, to, trajectories);
            } catch (OutOfMemoryError | RuntimeException e) {
                if (together == 1 || !outOfMemory(e)) {
                    throw e;
                }
                together = (together + 1) / 2;
                LOG.warn(
                        "step {}, prompt {}: memory does not suffice for {} samples at a time, going on with {}"
                                + " (fleet.chunk: {} avoids the attempt)",
                        task.step() + 1,
                        task.prompt(),
                        to - from,
                        together,
                        together);
            }
        }
        return new TrajectoryGroup(task, trajectories, modelCalls);
    }

    /** The JVM has an error of its own; the engine says it in words, differently for each kind of memory. */
    private static boolean outOfMemory(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            String message = t.getMessage() == null ? "" : t.getMessage();
            if (t instanceof OutOfMemoryError
                    || message.contains("out of memory")
                    || message.contains("can't allocate memory")) {
                return true;
            }
        }
        return false;
    }

    /** Adds the trajectories of some samples; returns how many sequences went through the network for them. */
    private long decode(MaskPredictor backbone, GroupTask task, int from, int to, List<Trajectory> trajectories) {
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int sample = from; sample < to; sample++) {
            samples.add(new DecodeRequest.Sample(task.promptIds(), task.key(sample), task.price()));
        }
        TrajectoryRecorder recorder = new TrajectoryRecorder(samples.size());
        List<DecodedResponse> responses = decoder.decode(
                backbone, new DecodeRequest(samples, task.responseLength(), task.totalSteps()), recorder);
        for (int row = 0; row < samples.size(); row++) {
            trajectories.add(recorder.trajectory(row, samples.get(row).key(), task.totalSteps(), responses.get(row)));
        }
        return recorder.modelCalls();
    }
}
