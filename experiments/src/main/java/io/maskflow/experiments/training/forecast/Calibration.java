package io.maskflow.experiments.training.forecast;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.rollout.Decisions;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/**
 * What things cost on this machine, measured on one group of the run's own kind: all workers at once, a few steps, again and
 * again for some seconds, the last time counts. Where the first group says that the run will be over in a minute, that is
 * enough: the figures are then too high rather than too low. Nothing of it enters the run.
 *
 * @param workers that were at work
 * @param promptTokens mean prompt length of the training problems
 * @param secondsPerCall wall seconds of one sequence through the network on a worker
 * @param secondsPerProgram wall seconds of grading one program
 * @param secondsPerDecision wall seconds of the learner's gradient for one decision
 * @param callsMade mean model calls of a response that may end when it has arrived, decoded by what the policy starts from
 * @param callsAllowed mean of the ceilings of these, {@code T}
 * @param residentBytes memory of this process afterwards, 0 where it cannot be asked
 */
public record Calibration(
        int workers,
        double promptTokens,
        double secondsPerCall,
        double secondsPerProgram,
        double secondsPerDecision,
        double callsMade,
        double callsAllowed,
        long residentBytes) {

    /** Steps of a timed group: one that is shared by its samples, and three that are not. */
    private static final int STEPS = 4;
    /** A run that takes less than this by the very first group is not worth a longer look. */
    private static final double SHORT_RUN = 60;
    /** Responses that are decoded to their end to see after how many calls that comes. */
    private static final int ENDED = 8;

    /** How long each of the three is repeated before its last repetition counts: compilers need a while. */
    private static final double WARM_UP = 1.5;

    /** What one worker measured, in seconds. */
    private record Measured(double perCall, double perProgram, double perDecision) {}

    /**
     * Measures.
     *
     * @param config the run
     * @param fleet its workers
     * @param grader its grader
     * @param encoder answers to programs
     * @param problems problems that may be trained on, at least one
     * @param forecast what the run will do
     */
    public static Calibration measure(
            TrainConfig config,
            Fleet fleet,
            Grader grader,
            PromptEncoder encoder,
            List<NumberedProblem> problems,
            CostForecast forecast) {
        NumberedProblem typical = problems.stream()
                .sorted(Comparator.comparingInt(p -> p.promptIds().length))
                .skip(problems.size() / 2)
                .findFirst()
                .orElseThrow();
        PolicyNetwork policy = PolicyNetwork.initial(config.policyShape(), config.seed());
        GrpoLearner learner = new GrpoLearner(config.grpo(), policy, 1);
        GroupRollout rollout = new GroupRollout(
                new FlowDecoder(
                        config.decoder().settings(),
                        BetaStepSizePolicy.sampled(policy, LatentStreams.KEYED, config.exploration())),
                config.fleet().chunk());
        GroupTask task = new GroupTask(
                config.seed(),
                0,
                typical.number(),
                typical.promptIds(),
                config.groupSize(),
                config.responseLength(),
                steps(config, blockLength(config, fleet)),
                config.rewards().prices().at(0.5));
        List<Measured> all = fleet.map(
                Collections.nCopies(fleet.workers(), task),
                (backbone, unused) -> one(backbone, task, rollout, grader, encoder, typical, learner, forecast));
        double allowed = config.budget().stream()
                .mapToInt(budget -> budget.steps(config.responseLength()))
                .average()
                .orElseThrow();
        double made = config.decoder().settings().arrival() > 0 ? calls(config, fleet, problems, policy) : allowed;
        return new Calibration(
                fleet.workers(),
                problems.stream().mapToInt(p -> p.promptIds().length).average().orElse(0),
                all.stream().mapToDouble(Measured::perCall).average().orElse(0),
                all.stream().mapToDouble(Measured::perProgram).average().orElse(0),
                all.stream().mapToDouble(Measured::perDecision).average().orElse(0),
                made,
                allowed,
                resident());
    }

    /** Calls that responses make, of those that they may; 1 on a fixed clock. */
    public double callShare() {
        return callsMade / callsAllowed;
    }

    /** Mean calls of a few responses at each budget: by the rules that a clone starts from, else by a fresh policy. */
    private static double calls(TrainConfig config, Fleet fleet, List<NumberedProblem> problems, PolicyNetwork fresh) {
        PriceRange prices = config.rewards().prices();
        StepSizePolicy start =
                List.of("clone", "learned-confidence").contains(config.policy().start())
                        ? config.policy().warmStart().teacher(prices, config.responseLength())
                        : BetaStepSizePolicy.expected(fresh);
        FlowDecoder decoder = new FlowDecoder(config.decoder().settings(), start);
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        int count = Math.min(ENDED, problems.size());
        for (int i = 0; i < count; i++) {
            NumberedProblem problem = problems.get(i * problems.size() / count);
            SampleKey key = new SampleKey(config.seed(), 0, problem.number(), 0);
            samples.add(new DecodeRequest.Sample(problem.promptIds(), key, prices.at((i + 0.5) / count)));
        }
        int length = config.responseLength();
        return fleet
                .map(config.budget(), (backbone, budget) -> decoder
                        .decode(
                                backbone,
                                new DecodeRequest(samples, length, budget.steps(length)),
                                DecodingObserver.NONE)
                        .stream()
                        .mapToInt(DecodedResponse::nfe)
                        .average()
                        .orElseThrow())
                .stream()
                .mapToDouble(mean -> mean)
                .average()
                .orElseThrow();
    }

    /** Of the decoder, else of the base model's attention. */
    private static int blockLength(TrainConfig config, Fleet fleet) {
        int chosen = config.decoder().settings().blockLength();
        return chosen > 0
                ? chosen
                : fleet.map(List.of(chosen), (backbone, unused) -> backbone.info()
                                .attention()
                                .blockLength())
                        .get(0);
    }

    /** At least one step for each block, of which the last may be filled up. */
    private static int steps(TrainConfig config, int block) {
        int blocks = block == 0 ? 1 : (config.responseLength() + block - 1) / block + 1;
        int fewest = config.budget().stream()
                .mapToInt(budget -> budget.steps(config.responseLength()))
                .min()
                .orElse(1);
        return Math.min(fewest, Math.max(STEPS, blocks));
    }

    private static Measured one(
            MaskPredictor backbone,
            GroupTask task,
            GroupRollout rollout,
            Grader grader,
            PromptEncoder encoder,
            NumberedProblem problem,
            GrpoLearner learner,
            CostForecast forecast) {
        long start = System.nanoTime();
        TrajectoryGroup group = rollout.roll(backbone, task);
        double perCall = secondsSince(start) / group.modelCalls();
        boolean warm = perCall * forecast.modelCalls() > SHORT_RUN;
        perCall = warm ? warm(() -> rollout.roll(backbone, task)) / group.modelCalls() : perCall;
        List<String> answers = group.trajectories().stream()
                .map(t -> encoder.text(t.tokenIds()))
                .toList();
        int[] round = {0};
        Runnable grading = () -> { // another comment each time: a verdict that is known is not worked out again
            String mark = "\n# " + round[0]++;
            Attempt.verdicts(
                    grader,
                    answers.stream()
                            .map(answer -> encoder.attempt(problem.problem(), answer + mark))
                            .toList());
        };
        start = System.nanoTime();
        grading.run();
        double perProgram = secondsSince(start) / answers.size();
        perProgram = warm ? warm(grading) / answers.size() : perProgram;
        DecisionBatch batch = DecisionBatch.concatenated(
                group.trajectories().stream().map(Calibration::decisions).toList());
        if (batch.count() == 0) {
            return new Measured(perCall, perProgram, 0);
        }
        start = System.nanoTime();
        learner.gradient(batch);
        double perDecision = secondsSince(start) / batch.count();
        perDecision = warm ? warm(() -> learner.gradient(batch)) / batch.count() : perDecision;
        return new Measured(perCall, perProgram, perDecision);
    }

    /** Seconds of the last of many repetitions; one at least. */
    private static double warm(Runnable work) {
        long begin = System.nanoTime();
        double last;
        do {
            long start = System.nanoTime();
            work.run();
            last = secondsSince(start);
        } while (secondsSince(begin) < WARM_UP);
        return last;
    }

    private static DecisionBatch decisions(Trajectory trajectory) {
        Decisions decisions = trajectory.decisions();
        double[] advantage = new double[trajectory.tokenIds().length];
        java.util.Arrays.fill(advantage, 1);
        return DecisionBatch.trajectory(
                decisions.featureCount(),
                decisions.features(),
                decisions.latent(),
                decisions.position(),
                advantage,
                decisions.logProbability());
    }

    private static double secondsSince(long start) {
        return (System.nanoTime() - start) / 1e9;
    }

    /** {@code VmRSS} of this process. */
    private static long resident() {
        try {
            return Files.readAllLines(Path.of("/proc/self/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException notLinux) {
            return 0;
        }
    }

    /** Hours that a part of the run will take on all workers, if they are kept busy. */
    double hours(CostForecast.Part part) {
        double seconds = part.modelCalls() * secondsPerCall
                + part.programs() * secondsPerProgram
                + part.decisions() * secondsPerDecision;
        return seconds / workers / 3600;
    }

    double hours(CostForecast forecast) {
        return forecast.parts().stream().mapToDouble(this::hours).sum();
    }
}
