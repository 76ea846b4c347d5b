package io.maskflow.experiments.training;

import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunLock;
import io.maskflow.experiments.run.RunManifest;
import io.maskflow.experiments.training.filter.SolvablePhase;
import io.maskflow.experiments.training.forecast.Calibration;
import io.maskflow.experiments.training.forecast.CostForecast;
import io.maskflow.experiments.training.forecast.ForecastTable;
import io.maskflow.experiments.training.settings.SharedProblems;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.experiments.training.start.InitialPolicy;
import io.maskflow.experiments.training.step.GrpoTraining;
import io.maskflow.experiments.training.step.NumericFaults;
import io.maskflow.experiments.training.step.PromptOrder;
import io.maskflow.policy.grpo.GrpoLearner;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.InProcessFleet;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** {@code train}: a GRPO run and its run folder. */
public final class TrainRun {

    /** Exit code of a run whose policy has collapsed. */
    private static final int COLLAPSED = 1;

    private final LoadedConfig<TrainConfig> loaded;
    private final TrainConfig config;
    private final Path path;
    private final Resumption resumption;
    private final PrintStream out;
    private final boolean dryRun;
    private RunFolder folder;
    private boolean collapsed;

    /** Whether a run goes on in its folder. */
    public enum Resumption {
        /** A new run in a new folder. */
        NONE,
        /** The run in the folder, with the settings it was started with. */
        SAME_SETTINGS,
        /** The run in the folder, whatever has changed. */
        CHANGED_SETTINGS
    }

    private TrainRun(
            LoadedConfig<TrainConfig> loaded, Path path, Resumption resumption, boolean dryRun, PrintStream out) {
        this.loaded = loaded;
        this.config = loaded.value();
        this.path = path;
        this.resumption = resumption;
        this.dryRun = dryRun;
        this.out = out;
    }

    /**
     * Trains, validates, evaluates.
     *
     * @param loaded the configuration
     * @param path run folder
     * @param resumption whether to go on with the run in that folder
     * @param out where the closing table goes
     * @return exit code: 0 done, 1 if the policy collapsed, 130 or 143 interrupted with everything saved
     */
    public static int run(LoadedConfig<TrainConfig> loaded, Path path, Resumption resumption, PrintStream out) {
        EngineThreads.set(loaded.value().fleet().threads());
        return new TrainRun(loaded, path, resumption, false, out).run();
    }

    /**
     * Says what a run will cost and starts nothing: with the model here, after a short measurement; without it, what can be
     * counted from the settings.
     *
     * @param loaded the configuration
     * @param promptTokens prompt length to count with where the model is not here
     * @param out where the forecast goes
     * @return exit code: 0
     */
    public static int dryRun(LoadedConfig<TrainConfig> loaded, int promptTokens, PrintStream out) {
        EngineThreads.set(loaded.value().fleet().threads());
        TrainRun run = new TrainRun(loaded, Path.of(""), Resumption.NONE, true, out);
        if (run.present(loaded.value().backbone()) && run.present(loaded.value().problems())) {
            return run.run();
        }
        out.printf(
                "the model or its problems are not here: counted with prompts of %d tokens, nothing measured%n",
                promptTokens);
        ForecastTable.print(run.forecast(), promptTokens, Optional.empty(), out);
        return 0;
    }

    private boolean present(String named) {
        if (named.startsWith("builtin")) {
            return true;
        }
        try {
            loaded.existing("backbone", named);
            return true;
        } catch (ConfigurationException missing) {
            return false;
        }
    }

    private CostForecast forecast() {
        return CostForecast.of(config, (source, limit) -> {
            if (!present(source)) {
                return OptionalInt.empty();
            }
            int all = ProblemSource.read(source, loaded::existing, config.badRows())
                    .size();
            return OptionalInt.of(limit == 0 ? all : Math.min(all, limit));
        });
    }

    private void forecast(Grader grader, PromptEncoder encoder, Fleet fleet, List<NumberedProblem> problems) {
        CostForecast forecast = forecast();
        if (!(fleet instanceof InProcessFleet)) { // what this machine measures says nothing of the others
            double promptTokens = problems.stream()
                    .mapToInt(p -> p.promptIds().length)
                    .average()
                    .orElse(0);
            ForecastTable.print(forecast, promptTokens, Optional.empty(), out);
            return;
        }
        Calibration measured;
        try (ProgressLine.Phase measuring = ProgressLine.phase("measuring what a step costs")) {
            measured = Calibration.measure(config, fleet, grader, encoder, problems, forecast);
        }
        ForecastTable.print(
                forecast.measured(measured.callShare()), measured.promptTokens(), Optional.of(measured), out);
    }

    /** Everything that can be wrong with settings, data or weights is found before the folder is made. */
    private int run() {
        boolean resume = resumption != Resumption.NONE;
        if (!dryRun) {
            RunFolder.check(path, resume);
        }
        FileFinder files = loaded::existing;
        BackboneChoice backbone = BackboneChoice.of(config.backbone(), config.dtype(), files);
        List<Problem> problems = ProblemSource.read(config.problems(), loaded::existing, config.badRows());
        if (config.validation().every() > 0) {
            PromptEncoder.check(
                    config.prompt(),
                    ProblemSource.read(config.validation().problems(), files.under("validation"), config.badRows()));
        }
        SolvablePhase.check(loaded);
        new InitialPolicy(loaded).check();
        ClosingEvaluation.check(loaded);
        checkShared(problems);
        try (Grader grader = new Grader(config.grader().settings());
                Tokenizer tokenizer = backbone.tokenizer();
                Fleet fleet = backbone.fleet(config.fleet())) {
            PromptEncoder encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            List<NumberedProblem> numbered =
                    encoder.encode(problems, config.filter().limit(), backbone.promptRoom(config.responseLength()));
            if (!resume) {
                forecast(grader, encoder, fleet, numbered);
            }
            if (dryRun) {
                return 0;
            }
            folder = RunFolder.open(path, resume);
            out.println("curves while it runs: " + folder.report() + ", or  tensorboard --logdir "
                    + folder.tensorBoard() + "  (pip install tensorboard)");
            try (RunLock lock = RunLock.take(folder);
                    StopSignal stop = StopSignal.listen(() -> System.err.println(
                            "\nmaskflow: stopping after the groups at work; everything is saved (again: at once). Go on with:\n  "
                                    + loaded.command().resumed(path)))) {
                return run(backbone, grader, encoder, fleet, numbered, stop);
            }
        }
    }

    /** Training, validation and evaluation must be disjoint. */
    private void checkShared(List<Problem> problems) {
        SharedProblems rule = config.sharedProblems();
        SharedProblems.Named training = new SharedProblems.Named("problems", problems);
        List<SharedProblems.Named> chosenOn = new ArrayList<>(List.of(training));
        List<Optional<String>> shared = new ArrayList<>();
        if (config.validation().every() > 0) {
            SharedProblems.Named validation = new SharedProblems.Named(
                    "validation.problems",
                    ProblemSource.read(config.validation().problems(), loaded::existing, config.badRows()));
            shared.add(rule.check(training, validation));
            chosenOn.add(validation);
        }
        String tested = config.evaluation().problems();
        if (config.evaluate() || present(tested)) {
            SharedProblems.Named test = new SharedProblems.Named(
                    "evaluation.problems", ProblemSource.read(tested, loaded::existing, config.badRows()));
            chosenOn.forEach(named -> shared.add(rule.check(named, test)));
        }
        shared.forEach(words -> words.ifPresent(said -> out.println("accepted: " + said)));
    }

    private int run(
            BackboneChoice backbone,
            Grader grader,
            PromptEncoder encoder,
            Fleet fleet,
            List<NumberedProblem> all,
            StopSignal stop) {
        Optional<TrainingCheckpoint> checkpoint = prepare(manifest(backbone, grader));
        AnswerGrading grading = new AnswerGrading(backbone, config.prompt(), config.grader(), encoder, grader);
        Evaluator evaluator = new Evaluator(
                grading, config.responseLength(), config.evaluation().batch());
        try {
            List<NumberedProblem> problems =
                    new SolvablePhase(loaded, folder, stop, out).of(backbone, evaluator, fleet, all);
            boolean finished = train(backbone, grading, encoder, evaluator, fleet, problems, checkpoint, stop);
            if (collapsed) {
                return COLLAPSED;
            }
            if (finished && config.evaluate()) {
                finished = ClosingEvaluation.run(loaded, grader, stop, folder, out);
            }
            return finished ? 0 : stop.exitCode();
        } catch (StopSignal.Requested asked) {
            return stop.exitCode();
        }
    }

    /** Settings and manifest of a new run; for a resumed one the checks, and what it goes on from. */
    private Optional<TrainingCheckpoint> prepare(RunManifest manifest) {
        Optional<TrainingCheckpoint> checkpoint = Optional.empty();
        if (resumption != Resumption.NONE) {
            boolean accept = resumption == Resumption.CHANGED_SETTINGS;
            checkpoint = TrainingCheckpoint.newest(folder);
            ResumeRules.settings(loaded, folder, checkpoint, accept);
            ResumeRules.inputs(folder, manifest, accept);
            folder.sweep();
            checkpoint.ifPresent(c -> c.restoreBest(folder));
        }
        DurableFile.write(folder.config(), loaded.yaml());
        manifest.write(folder.manifest());
        return checkpoint;
    }

    private RunManifest manifest(BackboneChoice backbone, Grader grader) {
        return RunManifest.collect(
                loaded.command("train"),
                ProblemSource.files(
                        List.of(config.problems(), config.validation().problems()), loaded::existing),
                List.of(backbone.folder()),
                List.of(config.seed()),
                "PyTorch (DJL)",
                config.fleet().place() + " " + config.dtype(),
                grader.conditions());
    }

    /** Runs the steps that are left; false if it was asked to stop before the last one. */
    private boolean train(
            BackboneChoice backbone,
            AnswerGrading grading,
            PromptEncoder encoder,
            Evaluator evaluator,
            Fleet fleet,
            List<NumberedProblem> problems,
            Optional<TrainingCheckpoint> checkpoint,
            StopSignal stop) {
        GrpoLearner learner = checkpoint
                .map(c -> GrpoLearner.resume(config.grpo(), config.policyShape(), config.steps(), c.learner()))
                .orElseGet(() -> new GrpoLearner(
                        config.grpo(),
                        new InitialPolicy(loaded).of(fleet, grading, problems, stop, out),
                        config.steps()));
        PromptOrder order = new PromptOrder(
                config.seed(),
                problems.size(),
                config.replay(),
                checkpoint.map(TrainingCheckpoint::prompts).orElse(PromptOrder.State.START));
        NumericFaults faults = new NumericFaults(
                folder.faults(),
                config.maxNumericFaults(),
                checkpoint.map(TrainingCheckpoint::faults).orElse(0));
        GrpoTraining training = new GrpoTraining(
                config, fleet, grading, backbone.info().endIds(), problems, order, learner, faults, stop);
        TrainingLoop loop = new TrainingLoop(
                config,
                folder,
                stop,
                learner,
                order,
                training,
                validation(backbone, encoder, evaluator, fleet),
                faults,
                ResumeRules.hash(loaded),
                checkpoint);
        boolean whole = loop.run();
        loop.ended().ifPresent(rule -> {
            RunManifest.read(folder.manifest()).endedBy(rule.words()).write(folder.manifest());
            out.println("ended " + rule.words());
            collapsed = rule.failed();
        });
        if (whole) {
            out.println(loop.kept());
        }
        return whole;
    }

    private Validation validation(BackboneChoice backbone, PromptEncoder encoder, Evaluator evaluator, Fleet fleet) {
        List<NumberedProblem> problems = config.validation().every() == 0
                ? List.of()
                : encoder.encode(
                        ProblemSource.read(
                                config.validation().problems(),
                                ((FileFinder) loaded::existing).under("validation"),
                                config.badRows()),
                        config.validation().limit(),
                        backbone.promptRoom(config.responseLength()));
        return new Validation(
                evaluator,
                fleet,
                config.decoder().settings(),
                problems,
                config.validation().budgets().isEmpty()
                        ? config.budget()
                        : config.validation().budgets(),
                config.responseLength(),
                config.rewards(),
                config.validation().prices());
    }
}
