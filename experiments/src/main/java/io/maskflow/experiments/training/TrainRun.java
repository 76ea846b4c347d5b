package io.maskflow.experiments.training;

import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.BackboneChoice;
import io.maskflow.experiments.decoding.EngineThreads;
import io.maskflow.experiments.evaluation.Evaluator;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.MetricsLog;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.experiments.report.RunFolder;
import io.maskflow.experiments.report.RunManifest;
import io.maskflow.experiments.report.Sha256;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.experiments.report.TensorBoardLog;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.rollout.Fleet;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** {@code train}: a GRPO run and its run folder. */
public final class TrainRun {

    private final LoadedConfig<TrainConfig> loaded;
    private final TrainConfig config;
    private final RunFolder folder;
    private final boolean resume;
    private final PrintStream out;

    private TrainRun(LoadedConfig<TrainConfig> loaded, RunFolder folder, boolean resume, PrintStream out) {
        this.loaded = loaded;
        this.config = loaded.value();
        this.folder = folder;
        this.resume = resume;
        this.out = out;
    }

    /**
     * Trains, validates, evaluates.
     *
     * @param loaded the configuration
     * @param path run folder
     * @param resume whether to go on with the run in that folder
     * @param out where the closing table goes
     * @return exit code: 0 done, 130 interrupted with everything saved
     */
    public static int run(LoadedConfig<TrainConfig> loaded, Path path, boolean resume, PrintStream out) {
        EngineThreads.set(loaded.value().fleet().threads());
        RunFolder folder = RunFolder.open(path, resume);
        return new TrainRun(loaded, folder, resume, out).run();
    }

    private int run() {
        BackboneChoice backbone = BackboneChoice.of(config.backbone(), config.dtype(), loaded::existing);
        try (StopSignal stop = StopSignal.listen(() -> System.err.println(
                        "\nmaskflow: stopping after this step; everything is saved (again: at once)"));
                Grader grader = new Grader(config.grader().settings());
                Tokenizer tokenizer = backbone.tokenizer();
                Fleet fleet = backbone.fleet(config.fleet())) {
            if (!resume) {
                loaded.write(folder.config());
            }
            manifest(backbone, grader).write(folder.manifest());
            Set<Integer> endIds = backbone.info().endIds();
            PromptEncoder encoder = new PromptEncoder(config.prompt(), tokenizer, endIds, backbone.folder());
            Evaluator evaluator =
                    new Evaluator(encoder, grader, config.responseLength(), config.evaluation().batch());
            List<NumberedProblem> problems = solvable(backbone, encoder, evaluator, fleet);
            boolean finished = train(backbone, grader, encoder, evaluator, fleet, endIds, problems, stop);
            if (finished && config.evaluate()) {
                finished = ClosingEvaluation.run(loaded, grader, stop, folder, out);
            }
            return finished ? 0 : 130;
        }
    }

    private RunManifest manifest(BackboneChoice backbone, Grader grader) {
        return RunManifest.collect(
                "train " + loaded.source(),
                ProblemSource.files(List.of(config.problems(), config.validation().problems()), loaded::existing),
                List.of(backbone.folder()),
                List.of(config.seed()),
                "PyTorch (DJL)",
                backbone.options().device() + " " + config.dtype(),
                grader.level().word());
    }

    // --- problems -------------------------------------------------------------------------------------------------

    /** The training problems; which of them are solvable is found once and kept in the run folder. */
    private List<NumberedProblem> solvable(
            BackboneChoice backbone, PromptEncoder encoder, Evaluator evaluator, Fleet fleet) {
        List<NumberedProblem> all = encoder.encode(
                ProblemSource.read(config.problems(), loaded::existing),
                config.filter().limit(),
                backbone.promptRoom(config.responseLength()));
        if (!config.filter().enabled()) {
            return all;
        }
        SolvableList kept = new SolvableList(folder.path().resolve("solvable.json"));
        Optional<Set<String>> known = kept.read();
        if (known.isEmpty()) {
            List<NumberedProblem> solvable = filter(backbone, evaluator, fleet, all);
            known = Optional.of(
                    solvable.stream().map(p -> p.problem().id()).collect(Collectors.toSet()));
            kept.write(solvable.stream().map(p -> p.problem().id()).toList());
        }
        Set<String> ids = known.get();
        List<NumberedProblem> solvable =
                all.stream().filter(p -> ids.contains(p.problem().id())).toList();
        if (solvable.isEmpty()) {
            throw new ConfigurationException("no training problem is solved by " + config.backbone() + " at budget "
                    + config.filter().budget() + " (" + all.size() + " tried): there is nothing to learn from."
                    + " Use another backbone or problems, or filter.enabled: false");
        }
        out.printf("%d of %d training problems are solvable at %s%n", solvable.size(), all.size(),
                config.filter().budget());
        return solvable;
    }

    private List<NumberedProblem> filter(
            BackboneChoice backbone, Evaluator evaluator, Fleet fleet, List<NumberedProblem> all) {
        String name = config.filter().backbone();
        try (ProgressLine progress = ProgressLine.start("filter", all.size())) {
            if (name.isEmpty() || name.equals(backbone.name())) {
                return SolvableProblems.among(
                        evaluator, fleet, all, config.filter().budget(), rows -> advance(progress, rows));
            }
            BackboneChoice other = BackboneChoice.of(name, config.dtype(), loaded::existing);
            try (Fleet others = other.fleet(config.fleet())) {
                return SolvableProblems.among(
                        evaluator, others, all, config.filter().budget(), rows -> advance(progress, rows));
            }
        }
    }

    private static void advance(ProgressLine progress, int rows) {
        for (int row = 0; row < rows; row++) {
            progress.advance("");
        }
    }

    // --- training -------------------------------------------------------------------------------------------------

    /** Runs the steps that are left; false if it was asked to stop before the last one. */
    private boolean train(
            BackboneChoice backbone,
            Grader grader,
            PromptEncoder encoder,
            Evaluator evaluator,
            Fleet fleet,
            Set<Integer> endIds,
            List<NumberedProblem> problems,
            StopSignal stop) {
        String configHash = Sha256.ofText(loaded.yaml());
        Optional<TrainingCheckpoint> checkpoint =
                resume ? TrainingCheckpoint.newest(folder, configHash) : Optional.empty();
        GrpoLearner learner = checkpoint
                .map(c -> GrpoLearner.resume(config.grpo(), config.policy().shape(), config.steps(), c.learner()))
                .orElseGet(() -> new GrpoLearner(config.grpo(), initialPolicy(), config.steps()));
        Best best = checkpoint.map(c -> new Best(c.bestScore(), c.bestStep())).orElse(new Best(-1, 0));
        long first = checkpoint.map(TrainingCheckpoint::step).orElse(0L);
        PromptOrder order = new PromptOrder(
                config.seed(),
                problems.size(),
                config.replay(),
                checkpoint.map(TrainingCheckpoint::prompts).orElse(PromptOrder.State.START));
        GrpoTraining training =
                new GrpoTraining(config, fleet, grader, encoder, endIds, problems, order, learner);
        Validation validation = validation(backbone, encoder, evaluator, fleet);
        try (MetricsLog metrics = MetricsLog.resume(folder.metrics(), first);
                TensorBoardLog tensorBoard = TensorBoardLog.open(folder.tensorBoard(), first + 1);
                ProgressLine progress = ProgressLine.start("train", config.steps(), first)) {
            for (long step = first; step < config.steps(); step++) {
                if (stop.requested()) {
                    checkpoint(learner, order, step, best, configHash);
                    return false;
                }
                long started = System.nanoTime();
                Map<String, Double> values = training.step(step);
                values.put("step_time", (System.nanoTime() - started) / 1e9);
                long done = step + 1;
                if (validates(done)) {
                    best = validate(validation, learner, done, best, values);
                }
                metrics.append(done, values);
                tensorBoard.append(done, values);
                progress.update(done, line(values));
                if (done % config.checkpointEvery() == 0 || done == config.steps()) {
                    checkpoint(learner, order, done, best, configHash);
                }
                refuseTooManyOutages(values, done);
            }
            finish(learner, best);
        }
        return true;
    }

    /** Best validation score, and after how many steps. */
    private record Best(double score, long step) {}

    private boolean validates(long done) {
        int every = config.validation().every();
        return every > 0 && (done % every == 0 || done == config.steps());
    }

    private Best validate(
            Validation validation, GrpoLearner learner, long done, Best best, Map<String, Double> values) {
        PolicyNetwork policy = learner.averaged().network();
        values.putAll(validation.score(policy));
        double score = values.get("validation/score");
        if (score > best.score()) {
            writePolicy(folder.bestPolicy(), policy);
            return new Best(score, done);
        }
        return best;
    }

    private Validation validation(
            BackboneChoice backbone, PromptEncoder encoder, Evaluator evaluator, Fleet fleet) {
        List<NumberedProblem> problems = config.validation().every() == 0
                ? List.of()
                : encoder.encode(
                        ProblemSource.read(config.validation().problems(), loaded::existing),
                        config.validation().limit(),
                        backbone.promptRoom(config.responseLength()));
        return new Validation(
                evaluator,
                fleet,
                config.decoder().settings(),
                problems,
                config.validation().budgets().isEmpty()
                        ? config.budget()
                        : config.validation().budgets());
    }

    private PolicyNetwork initialPolicy() {
        PolicySettings settings = config.policy();
        return switch (settings.start()) {
            case "random" -> PolicyNetwork.initial(settings.shape(), config.seed());
            case "clone" -> settings.warmStart().teach(settings.shape(), config.responseLength(), config.seed());
            default -> read(loaded.existing("policy.start", settings.start()));
        };
    }

    private PolicyNetwork read(Path policy) {
        try {
            PolicyNetwork network = PolicyFile.read(policy);
            if (!network.shape().equals(config.policy().shape())) {
                throw new ConfigurationException("policy.start must be a policy of the shape that policy: says, "
                        + policy + " has " + network.shape());
            }
            return network;
        } catch (IllegalArgumentException | IOException e) {
            throw new ConfigurationException("policy.start: " + e.getMessage());
        }
    }

    private void checkpoint(GrpoLearner learner, PromptOrder order, long done, Best best, String configHash) {
        new TrainingCheckpoint(done, best.score(), best.step(), configHash, order.state(), learner.state())
                .write(folder, learner.averaged().network(), config.keepCheckpoints());
    }

    private void finish(GrpoLearner learner, Best best) {
        PolicyNetwork last = learner.averaged().network();
        writePolicy(folder.policy(), last);
        if (best.step() == 0) {
            writePolicy(folder.bestPolicy(), last); // without validation the last policy is the best that is known
        }
    }

    private static void writePolicy(Path file, PolicyNetwork policy) {
        try {
            PolicyFile.write(file, policy);
        } catch (IOException e) {
            throw new UncheckedIOException("policy " + file + " cannot be written: " + e.getMessage(), e);
        }
    }

    private void refuseTooManyOutages(Map<String, Double> values, long done) {
        double share = values.get("no_verdict");
        if (share > config.maxNoVerdict()) {
            throw new IllegalStateException(String.format(Locale.ROOT,
                    "%.0f %% of the answers of step %d have no verdict (accepted: %.0f %%): the grader is not working."
                            + " The run is saved; mend the sandbox (./maskflow doctor) and go on with --resume",
                    100 * share, done, 100 * config.maxNoVerdict()));
        }
    }

    private static String line(Map<String, Double> values) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "reward %.3f  pass %.3f  t_final %.3f  nfe %.1f  entropy %.2f",
                values.get("reward"),
                values.get("pass_rate/all"),
                values.get("t_final_mean"),
                values.get("nfe_mean"),
                values.get("entropy")));
        if (values.containsKey("validation/score")) {
            line.append(String.format(Locale.ROOT, "  validation %.3f", values.get("validation/score")));
        }
        return line.toString();
    }
}
