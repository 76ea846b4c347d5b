package io.maskflow.experiments.training.step;

import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.experiments.training.settings.Slice;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a worker does with a slice: roll out, grade, keep the decisions. Sent to the workers anew in each step, with the
 * policy of that step.
 *
 * @param rollout decodes with the sampled policy
 * @param grading answers to verdicts
 * @param rewards whose commands are asked
 * @param behaviour the policy that draws
 * @param likelihood how what was drawn is scored
 * @param lastStepCounts whether the actions of the last step of a block are learned from. They move the final progress, but
 *     no token: what is written is read from the last model call, which came before them
 */
record SliceWork(
        GroupRollout rollout,
        AnswerGrading grading,
        Rewards rewards,
        PolicyNetwork behaviour,
        DrawnLatents likelihood,
        boolean lastStepCounts)
        implements Fleet.Task<Slice, RolledSlice> {

    @Override
    public RolledSlice run(MaskPredictor backbone, Slice slice) {
        TrajectoryGroup rolled;
        try {
            rolled = rollout.roll(backbone, slice.task(), slice.first(), slice.end());
            rolled.trajectories().forEach(SliceWork::requireFiniteFeatures);
        } catch (ArithmeticException notFinite) {
            return RolledSlice.failed(slice, String.valueOf(notFinite.getMessage()));
        }
        List<Trajectory> trajectories = rolled.trajectories();
        List<String> texts =
                trajectories.stream().map(t -> grading.text(t.tokenIds())).toList();
        Rewards.Asked asked = rewards.ask(
                slice, trajectories, texts, grading.grade(Collections.nCopies(texts.size(), slice.problem()), texts));
        List<RolledSlice.Drawn> drawn = new ArrayList<>();
        trajectories.forEach(trajectory -> drawn.add(likelihood.of(trajectory, behaviour, lastStepCounts)));
        return new RolledSlice(
                slice,
                trajectories.stream().map(Trajectory::outline).toList(),
                rolled.modelCalls(),
                asked.verdicts(),
                asked.scores(),
                drawn,
                "");
    }

    private static void requireFiniteFeatures(Trajectory trajectory) {
        float[] features = trajectory.decisions().features();
        int width = trajectory.decisions().featureCount();
        for (int i = 0; i < features.length; i++) {
            if (!Float.isFinite(features[i])) {
                throw new ArithmeticException("feature " + i % width + " of a decision at position "
                        + trajectory.decisions().position()[i / width] + " of sample "
                        + trajectory.key().sample() + " is not finite (" + features[i] + ")");
            }
        }
    }
}
