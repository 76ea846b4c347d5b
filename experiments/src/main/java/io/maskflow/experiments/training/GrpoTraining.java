package io.maskflow.experiments.training;

import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.policy.grpo.UpdateMetrics;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.Submission;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.TrajectoryGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * GRPO for a step-size policy: roll out, score, compare within the group, update, report.
 *
 * <p>A step is a function of the run seed, the step number and the learner's state. It does not matter how many workers
 * roll out, or in which order they end.
 *
 * @paper XF §4.2
 */
final class GrpoTraining {

    private final TrainConfig config;
    private final Fleet fleet;
    private final Grader grader;
    private final PromptEncoder encoder;
    private final Set<Integer> endIds;
    private final List<NumberedProblem> problems;
    private final Map<Integer, Integer> indexOfNumber = new HashMap<>();
    private final PromptOrder order;
    private final GrpoLearner learner;

    /**
     * @param config every setting
     * @param fleet workers with the base model
     * @param grader verdicts
     * @param encoder answers to programs
     * @param endIds tokens that end a text
     * @param problems problems to train on, filtered
     * @param order which problems a step works on, fresh or resumed
     * @param learner the policy and its optimizer, fresh or resumed
     */
    GrpoTraining(
            TrainConfig config,
            Fleet fleet,
            Grader grader,
            PromptEncoder encoder,
            Set<Integer> endIds,
            List<NumberedProblem> problems,
            PromptOrder order,
            GrpoLearner learner) {
        this.config = config;
        this.fleet = fleet;
        this.grader = grader;
        this.encoder = encoder;
        this.endIds = endIds;
        this.problems = problems;
        for (int i = 0; i < problems.size(); i++) {
            indexOfNumber.put(problems.get(i).number(), i);
        }
        this.order = order;
        this.learner = learner;
    }

    /**
     * One training step.
     *
     * @param step its number, from 0
     * @return its metrics
     */
    Map<String, Double> step(long step) {
        GroupRollout rollout = new GroupRollout(new FlowDecoder(
                config.decoder().settings(),
                BetaStepSizePolicy.sampled(learner.snapshot().network(), LatentStreams.KEYED, config.exploration())));
        double lambda = learner.completionWeight();
        List<ScoredGroup> groups =
                fleet.map(tasks(step), (backbone, task) -> score(rollout.roll(backbone, task)));
        UpdateMetrics update = update(compare(groups));
        groups.forEach(group -> order.learned(
                indexOf(group.group().task()), kindOf(group.group().task().totalSteps()), !group.flat()));
        return StepMetrics.of(groups, update, lambda, endIds, config.budget());
    }

    /** The groups of a step: its prompts, and for each the budget whose turn it is. */
    private List<GroupTask> tasks(long step) {
        int[] totalSteps = new int[config.prompts()];
        for (int b = 0; b < totalSteps.length; b++) {
            long turn = step * totalSteps.length + b;
            totalSteps[b] = config.budget()
                    .get((int) (turn % config.budget().size()))
                    .steps(config.responseLength());
        }
        int[] prompts = order.next(step, Arrays.stream(totalSteps).map(this::kindOf).toArray());
        List<GroupTask> tasks = new ArrayList<>();
        for (int b = 0; b < prompts.length; b++) {
            NumberedProblem problem = problems.get(prompts[b]);
            tasks.add(new GroupTask(
                    config.seed(),
                    step,
                    problem.number(),
                    problem.promptIds(),
                    config.groupSize(),
                    config.responseLength(),
                    totalSteps[b]));
        }
        return tasks;
    }

    /** Place among the budgets of the first that gives so many steps. */
    private int kindOf(int totalSteps) {
        int kind = 0;
        while (config.budget().get(kind).steps(config.responseLength()) != totalSteps) {
            kind++;
        }
        return kind;
    }

    private ScoredGroup score(TrajectoryGroup group) {
        NumberedProblem problem = problemOf(group.task());
        List<Submission> programs = group.trajectories().stream()
                .map(t -> encoder.submission(problem.problem(), encoder.text(t.tokenIds())))
                .toList();
        return ScoredGroup.of(group, grader.grade(programs), config.reward().reward());
    }

    private NumberedProblem problemOf(GroupTask task) {
        return problems.get(indexOf(task));
    }

    private int indexOf(GroupTask task) {
        return indexOfNumber.get((int) task.prompt());
    }

    private List<DecisionBatch> compare(List<ScoredGroup> groups) {
        GroupAdvantage advantage = learner.groupAdvantage();
        return groups.stream()
                .filter(group -> group.judged().size() > 1)
                .filter(group -> !(config.grpo().skipFlatGroups() && group.flat()))
                .map(group -> group.compared(advantage, learner.completionWeight() > 0))
                .filter(batch -> batch.count() > 0)
                .toList();
    }

    /** {@code innerEpochs} updates: gradients by group on the workers, added in prompt order. */
    private UpdateMetrics update(List<DecisionBatch> batches) {
        PolicyNetwork behaviour = learner.snapshot().network();
        List<DecisionBatch> drawn = fleet.map(batches, (MaskPredictor unused, DecisionBatch batch) -> batch.drawnBy(behaviour));
        List<UpdateMetrics> epochs = new ArrayList<>();
        for (int epoch = 0; epoch < config.grpo().innerEpochs(); epoch++) {
            epochs.add(learner.apply(learner.sum(fleet.map(drawn, (unused, batch) -> learner.gradient(batch)))));
        }
        learner.endStep();
        return UpdateMetrics.mean(epochs);
    }
}
