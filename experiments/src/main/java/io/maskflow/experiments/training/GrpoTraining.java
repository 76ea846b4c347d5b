package io.maskflow.experiments.training;

import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GroupAdvantage;
import io.maskflow.policy.grpo.GrpoConfig.FlatGroups;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.policy.grpo.UpdateMetrics;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.VerdictKind;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private final NumericFaults faults;
    private final StopSignal stop;

    /**
     * @param config every setting
     * @param fleet workers with the base model
     * @param grader verdicts
     * @param encoder answers to programs
     * @param endIds tokens that end a text
     * @param problems problems to train on, filtered
     * @param order which problems a step works on, fresh or resumed
     * @param learner the policy and its optimizer, fresh or resumed
     * @param faults where numbers that are not finite are counted
     * @param stop asked before each group
     */
    GrpoTraining(
            TrainConfig config,
            Fleet fleet,
            Grader grader,
            PromptEncoder encoder,
            Set<Integer> endIds,
            List<NumberedProblem> problems,
            PromptOrder order,
            GrpoLearner learner,
            NumericFaults faults,
            StopSignal stop) {
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
        this.faults = faults;
        this.stop = stop;
    }

    /** A group, or why there is none. */
    private record Rolled(GroupTask task, Optional<ScoredGroup> group, String fault) {}

    /** A group ready for the learner. */
    private record Compared(GroupTask task, DecisionBatch batch) {}

    /**
     * One training step. Whatever it throws, the learner may have moved: the caller goes on from what it saved before.
     *
     * @param step its number, from 0
     * @return its metrics
     * @throws StopSignal.Requested if the run was asked to stop
     * @throws IllegalStateException if too many answers have no verdict, or too many groups no finite numbers
     */
    Map<String, Double> step(long step) {
        faults.begin();
        GroupRollout rollout = new GroupRollout(
                new FlowDecoder(
                        config.decoder().settings(),
                        BetaStepSizePolicy.sampled(
                                learner.snapshot().network(), LatentStreams.KEYED, config.exploration())),
                config.fleet().chunk());
        double lambda = learner.completionWeight();
        List<ScoredGroup> groups = groups(step, rollout);
        refuseOutage(groups, step);
        UpdateMetrics update = update(compare(groups));
        groups.forEach(group -> order.learned(
                indexOf(group.group().task()), kindOf(group.group().task().totalSteps()), !group.flat()));
        Map<String, Double> values = StepMetrics.of(groups, update, lambda, endIds, config.budget());
        values.put("numeric_faults", (double) faults.inStep());
        if (config.grpo().flatGroups() == FlatGroups.RESAMPLE) {
            values.put("resampled", (double) Math.max(0, groups.size() + faults.inStep() - config.prompts()));
        }
        return values;
    }

    /** The groups of a step; with {@code resample}, also those that were rolled out in place of flat ones. */
    private List<ScoredGroup> groups(long step, GroupRollout rollout) {
        Set<Integer> taken = new HashSet<>();
        int[] totalSteps = turns(step);
        List<ScoredGroup> fresh = rollOut(step, order.next(step, 0, kinds(totalSteps), taken), totalSteps, rollout);
        List<ScoredGroup> all = new ArrayList<>(fresh);
        int rounds = config.grpo().flatGroups() == FlatGroups.RESAMPLE ? config.resampleRounds() : 0;
        for (int round = 1; round <= rounds; round++) {
            int[] open = fresh.stream()
                    .filter(ScoredGroup::flat)
                    .mapToInt(group -> group.group().task().totalSteps())
                    .limit(problems.size() - taken.size())
                    .toArray();
            if (open.length == 0) {
                break;
            }
            fresh = rollOut(step, order.next(step, round, kinds(open), taken), open, rollout);
            all.addAll(fresh);
        }
        return all;
    }

    /** {@code T} of each place of a step: that of the budget whose turn it is. */
    private int[] turns(long step) {
        int[] totalSteps = new int[config.prompts()];
        for (int b = 0; b < totalSteps.length; b++) {
            long turn = step * totalSteps.length + b;
            totalSteps[b] = config.budget()
                    .get((int) (turn % config.budget().size()))
                    .steps(config.responseLength());
        }
        return totalSteps;
    }

    private int[] kinds(int[] totalSteps) {
        return Arrays.stream(totalSteps).map(this::kindOf).toArray();
    }

    /** Place among the budgets of the first that gives so many steps. */
    private int kindOf(int totalSteps) {
        int kind = 0;
        while (config.budget().get(kind).steps(config.responseLength()) != totalSteps) {
            kind++;
        }
        return kind;
    }

    private List<ScoredGroup> rollOut(long step, int[] prompts, int[] totalSteps, GroupRollout rollout) {
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
        List<Rolled> rolled = fleet.map(tasks, (backbone, task) -> {
            stop.check();
            return rolled(backbone, task, rollout);
        });
        stop.check(); // Ctrl-C in a terminal reaches the grader's processes too: what they said then is not learned from
        List<ScoredGroup> groups = new ArrayList<>();
        for (Rolled one : rolled) {
            if (one.group().isEmpty()) {
                faults.met(one.task(), problemOf(one.task()).problem().id(), "rollout", one.fault());
                order.learned(indexOf(one.task()), kindOf(one.task().totalSteps()), false);
            }
            one.group().ifPresent(groups::add);
        }
        return groups;
    }

    private Rolled rolled(MaskPredictor backbone, GroupTask task, GroupRollout rollout) {
        TrajectoryGroup group;
        try {
            group = rollout.roll(backbone, task);
            group.trajectories().forEach(GrpoTraining::requireFiniteFeatures);
        } catch (ArithmeticException notFinite) {
            return new Rolled(task, Optional.empty(), notFinite.getMessage());
        }
        return new Rolled(task, Optional.of(score(group)), "");
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

    private ScoredGroup score(TrajectoryGroup group) {
        NumberedProblem problem = problemOf(group.task());
        List<Attempt> attempts = group.trajectories().stream()
                .map(t -> encoder.attempt(problem.problem(), encoder.text(t.tokenIds())))
                .toList();
        return ScoredGroup.of(group, Attempt.verdicts(grader, attempts), config.reward().reward());
    }

    private NumberedProblem problemOf(GroupTask task) {
        return problems.get(indexOf(task));
    }

    private int indexOf(GroupTask task) {
        return indexOfNumber.get((int) task.prompt());
    }

    private void refuseOutage(List<ScoredGroup> groups, long step) {
        long answers = groups.stream().mapToLong(g -> g.verdicts().size()).sum();
        long unjudged =
                groups.stream().mapToLong(g -> g.count(VerdictKind.NO_VERDICT)).sum();
        if (unjudged > config.maxNoVerdict() * answers) {
            throw new IllegalStateException(String.format(
                    Locale.ROOT,
                    "%.0f %% of the answers of step %d have no verdict (accepted: %.0f %%): the grader is not working."
                            + " The run is saved as it was before that step; mend the sandbox (./maskflow doctor) and go"
                            + " on with --resume",
                    100.0 * unjudged / answers,
                    step + 1,
                    100 * config.maxNoVerdict()));
        }
    }

    private List<Compared> compare(List<ScoredGroup> groups) {
        GroupAdvantage advantage = learner.groupAdvantage();
        boolean flatOnes = config.grpo().flatGroups() == FlatGroups.KEEP;
        return groups.stream()
                .filter(group -> group.judged().size() > 1)
                .filter(group -> flatOnes || !group.flat())
                .map(group -> new Compared(
                        group.group().task(), group.compared(advantage, learner.completionWeight() > 0)))
                .filter(compared -> compared.batch().count() > 0)
                .toList();
    }

    /** {@code innerEpochs} updates: gradients by group on the workers, added in prompt order. */
    private UpdateMetrics update(List<Compared> batches) {
        PolicyNetwork behaviour = learner.snapshot().network();
        List<Compared> drawn = fleet.map(batches, (MaskPredictor unused, Compared compared) ->
                new Compared(compared.task(), compared.batch().drawnBy(behaviour)));
        List<UpdateMetrics> epochs = new ArrayList<>();
        for (int epoch = 0; epoch < config.grpo().innerEpochs(); epoch++) {
            List<SurrogateGradient> parts =
                    fleet.map(drawn, (unused, compared) -> learner.gradient(compared.batch()));
            List<SurrogateGradient> finite = new ArrayList<>();
            List<Compared> kept = new ArrayList<>();
            for (int b = 0; b < parts.size(); b++) {
                if (parts.get(b).finite()) {
                    finite.add(parts.get(b));
                    kept.add(drawn.get(b));
                } else {
                    GroupTask task = drawn.get(b).task();
                    faults.met(
                            task,
                            problemOf(task).problem().id(),
                            "gradient",
                            "the loss (" + parts.get(b).loss() + ") or its gradient is not finite");
                }
            }
            drawn = kept;
            epochs.add(learner.apply(learner.sum(finite)));
        }
        learner.endStep();
        return UpdateMetrics.mean(epochs);
    }
}
