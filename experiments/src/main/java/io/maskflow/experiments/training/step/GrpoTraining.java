package io.maskflow.experiments.training.step;

import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.ReadOut;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.metrics.SampleLog;
import io.maskflow.experiments.models.FleetSettings;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.training.settings.Slice;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.GroupLoss;
import io.maskflow.policy.grpo.GrpoConfig.FlatGroups;
import io.maskflow.policy.grpo.GrpoConfig.Normalisation;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.policy.grpo.UpdateMetrics;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
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
public final class GrpoTraining {

    private final TrainConfig config;
    private final Fleet fleet;
    private final AnswerGrading grading;
    private final Set<Integer> endIds;
    private final List<NumberedProblem> problems;
    private final Map<Integer, Integer> indexOfNumber = new HashMap<>();
    private final PromptOrder order;
    private final GrpoLearner learner;
    private final NumericFaults faults;
    private final StopSignal stop;
    private List<SampleLog.Sample> samples = List.of();

    /**
     * @param config every setting
     * @param fleet workers with the base model
     * @param grading answers to verdicts
     * @param endIds tokens that end a text
     * @param problems problems to train on, filtered
     * @param order which problems a step works on, fresh or resumed
     * @param learner the policy and its optimizer, fresh or resumed
     * @param faults where numbers that are not finite are counted
     * @param stop asked before each group
     */
    public GrpoTraining(
            TrainConfig config,
            Fleet fleet,
            AnswerGrading grading,
            Set<Integer> endIds,
            List<NumberedProblem> problems,
            PromptOrder order,
            GrpoLearner learner,
            NumericFaults faults,
            StopSignal stop) {
        this.config = config;
        this.fleet = fleet;
        this.grading = grading;
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

    /**
     * One training step. Whatever it throws, the learner may have moved: the caller goes on from what it saved before.
     *
     * @param step its number, from 0
     * @return its metrics
     * @throws StopSignal.Requested if the run was asked to stop
     * @throws IllegalStateException if too many answers have no verdict, or too many groups no finite numbers
     */
    public Map<String, Double> step(long step) {
        faults.begin();
        List<Round> rounds = new ArrayList<>();
        try {
            double lambda = learner.completionWeight();
            rollOut(step, rounds);
            List<ScoredGroup> groups = rounds.stream()
                    .flatMap(round -> round.groups().stream())
                    .flatMap(group -> group.scored().stream())
                    .toList();
            refuseOutage(groups, step);
            UpdateMetrics update = update(rounds);
            groups.forEach(group -> order.learned(
                    indexOf(group.group().task()), kindOf(group.group().task().totalSteps()), !group.flat()));
            samples = samples(groups, step + 1);
            Map<String, Double> values =
                    StepMetrics.of(groups, update, lambda, endIds, config.rewards(), config.budget());
            values.put("numeric_faults", (double) faults.inStep());
            if (config.grpo().flatGroups() == FlatGroups.RESAMPLE) {
                values.put("resampled", (double) Math.max(0, groups.size() + faults.inStep() - config.prompts()));
            }
            return values;
        } finally {
            rounds.forEach(Round::close);
        }
    }

    /** Answers of the last step that are written down. */
    public List<SampleLog.Sample> samples() {
        return samples;
    }

    /** The first sample of each of the first groups. */
    private List<SampleLog.Sample> samples(List<ScoredGroup> groups, long done) {
        int every = config.samples().every();
        if (every == 0 || done % every != 0) {
            return List.of();
        }
        return groups.stream()
                .limit(config.samples().answers())
                .map(group -> sample(group, done))
                .toList();
    }

    private SampleLog.Sample sample(ScoredGroup group, long done) {
        Trajectory first = group.group().trajectories().get(0);
        boolean judged = group.verdicts().get(0).decided();
        return new SampleLog.Sample(
                done,
                problemOf(group.group().task()).problem().id(),
                first.totalSteps(),
                first.key().sample(),
                group.verdicts().get(0).kind().name().toLowerCase(Locale.ROOT),
                judged ? group.task()[0] : null,
                first.nfe(),
                grading.text(first.tokenIds()));
    }

    /** The groups of a step; with {@code resample}, also those that are rolled out in place of flat ones. */
    private void rollOut(long step, List<Round> rounds) {
        PolicyNetwork behaviour = learner.snapshot().network();
        GroupRollout rollout = new GroupRollout(
                new FlowDecoder(
                        config.decoder().settings(),
                        BetaStepSizePolicy.sampled(behaviour, LatentStreams.KEYED, config.exploration())),
                config.fleet().chunk());
        boolean lastStepCounts =
                learner.completionWeight() > 0 || config.decoder().settings().readOut() == ReadOut.HEAVIEST_TOKEN;
        SliceWork work = new SliceWork(
                rollout,
                grading,
                config.rewards(),
                behaviour,
                new DrawnLatents(config.grpo().estimator(), config.exploration()),
                lastStepCounts);
        Comparison comparison = new Comparison(
                config.rewards(),
                learner.groupAdvantage(),
                config.grpo().flatGroups() == FlatGroups.KEEP,
                learner.loss());
        Set<Integer> taken = new HashSet<>();
        int[] totalSteps = turns(step);
        int[] prompts = order.next(step, 0, kinds(totalSteps), taken);
        rounds.add(round(step, prompts, totalSteps, work, comparison));
        int more = config.grpo().flatGroups() == FlatGroups.RESAMPLE ? config.resampleRounds() : 0;
        for (int number = 1; number <= more; number++) {
            int[] open = rounds.get(rounds.size() - 1).groups().stream()
                    .flatMap(group -> group.scored().stream())
                    .filter(ScoredGroup::flat)
                    .mapToInt(group -> group.group().task().totalSteps())
                    .limit(problems.size() - taken.size())
                    .toArray();
            if (open.length == 0) {
                break;
            }
            prompts = order.next(step, number, kinds(open), taken);
            rounds.add(round(step, prompts, open, work, comparison));
        }
    }

    /** {@code T} of each place of a step: that of the budget whose turn it is. */
    private int[] turns(long step) {
        int[] totalSteps = new int[config.prompts()];
        for (int b = 0; b < totalSteps.length; b++) {
            long turn = step * totalSteps.length + b;
            totalSteps[b] =
                    config.budget().get((int) (turn % config.budget().size())).steps(config.responseLength());
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

    private Round round(long step, int[] prompts, int[] totalSteps, SliceWork work, Comparison comparison) {
        List<Slice> slices = new ArrayList<>();
        Map<Integer, Integer> copies = new HashMap<>();
        for (int b = 0; b < prompts.length; b++) {
            NumberedProblem problem = problems.get(prompts[b]);
            GroupTask task = new GroupTask(
                    config.seed(),
                    step,
                    problem.number(),
                    copies.merge(prompts[b], 1, Integer::sum) - 1,
                    problem.promptIds(),
                    config.groupSize(),
                    config.responseLength(),
                    totalSteps[b],
                    config.price(step, problem.number()));
            int samples = config.fleet().shape() == FleetSettings.Shape.SAMPLE ? 1 : config.groupSize();
            slices.addAll(Slice.of(task, problem.problem(), samples));
        }
        stop.check();
        boolean once = onePass();
        Round round = Round.roll(fleet, slices, work, comparison, once, slice -> stop.check());
        try {
            stop.check(); // Ctrl-C reaches the grader's processes too: what they said then is not learned from
        } catch (StopSignal.Requested asked) {
            round.close();
            throw asked;
        }
        for (Round.Group group : round.groups()) {
            if (group.scored().isEmpty()) {
                faults.met(group.task(), problemOf(group.task()).problem().id(), "rollout", group.fault());
                order.learned(indexOf(group.task()), kindOf(group.task().totalSteps()), false);
            }
        }
        return round;
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

    /** Whether gradients are asked for once, at the parameters that drew, with advantages that a group knows by itself. */
    private boolean onePass() {
        return config.grpo().innerEpochs() == 1
                && config.grpo().minibatches() == 1
                && config.grpo().normalisation() != Normalisation.BATCH;
    }

    /** {@code innerEpochs} passes of {@code minibatches} updates: gradients by group from the workers, added in prompt order. */
    private UpdateMetrics update(List<Round> rounds) {
        double scale = learner.groupAdvantage()
                .batchScale(
                        rounds.stream().flatMap(r -> r.advantages().stream()).toList());
        if (scale != 1) {
            rounds.forEach(round -> round.divideAdvantages(scale));
        }
        List<Round.Group> learned = rounds.stream()
                .flatMap(round -> round.groups().stream().filter(round::learnedFrom))
                .toList();
        List<UpdateMetrics> updates = new ArrayList<>();
        for (int epoch = 0; epoch < config.grpo().innerEpochs(); epoch++) {
            for (List<Round.Group> part : learner.minibatches(learned)) {
                updates.add(learner.apply(learner.sum(gradients(rounds, part))));
            }
        }
        learner.endStep();
        return UpdateMetrics.mean(updates, config.grpo().innerEpochs());
    }

    /** The gradients of some groups at the current parameters; one that is not finite drops its group. */
    private List<SurrogateGradient> gradients(List<Round> rounds, List<Round.Group> part) {
        GroupLoss loss = learner.loss();
        Set<Round.Group> some = Collections.newSetFromMap(new IdentityHashMap<>());
        some.addAll(part);
        List<SurrogateGradient> finite = new ArrayList<>();
        for (Round round : rounds) {
            List<SurrogateGradient> gradients = round.gradients(onePass(), some, loss);
            for (int b = 0; b < gradients.size(); b++) {
                Round.Group group = round.groups().get(b);
                if (!some.contains(group) || !round.learnedFrom(group)) {
                    continue;
                }
                if (gradients.get(b).finite()) {
                    finite.add(gradients.get(b));
                } else {
                    round.drop(group);
                    faults.met(
                            group.task(),
                            problemOf(group.task()).problem().id(),
                            "gradient",
                            "the loss (" + gradients.get(b).loss() + ") or its gradient is not finite");
                }
            }
        }
        return finite;
    }
}
