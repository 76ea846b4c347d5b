package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.decoding.BackboneChoice;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.RuleChoice;
import io.maskflow.experiments.decoding.StepSizeChoice;
import io.maskflow.experiments.decoding.StepSizes;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.experiments.report.ResultsLog;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.rollout.Fleet;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs an evaluation: for each base model its workers are opened once, then every decoder at every budget with every seed
 * is decoded and graded.
 */
public final class Evaluation {

    private final EvaluateConfig config;
    private final StepSizes stepSizes;
    private final Grader grader;
    private final FileFinder files;
    private final StopSignal stop;

    /**
     * @param config what to evaluate
     * @param stepSizes makes step sizes, knows the run's policy
     * @param grader verdicts
     * @param files finds files and folders that settings name
     * @param stop asked after each batch; what of a cell of the table is not whole then is left out
     */
    public Evaluation(
            EvaluateConfig config,
            StepSizes stepSizes,
            Grader grader,
            FileFinder files,
            StopSignal stop) {
        requireDecoders(config);
        this.config = config;
        this.stepSizes = stepSizes;
        this.grader = grader;
        this.files = files;
        this.stop = stop;
    }

    /**
     * What a {@code best-of} chose.
     *
     * @param decoder name of the decoder
     * @param budget at which budget
     * @param chosen the candidate
     * @param passed validation problems it solved, per candidate in order
     * @param problems validation problems
     */
    public record Selection(
            String decoder, String budget, StepSizeChoice chosen, List<Long> passed, int problems) {}

    /**
     * The outcome.
     *
     * @param selections choices made on validation problems
     * @param complete false if it was stopped early
     */
    public record Outcome(List<Selection> selections, boolean complete) {}

    /**
     * Runs every cell and writes its results as they come.
     *
     * @param log where results go
     * @return what was chosen, and whether all cells were run
     */
    public Outcome run(ResultsLog log) {
        List<Selection> selections = new ArrayList<>();
        try {
            cells(log, selections);
            return new Outcome(selections, true);
        } catch (StopSignal.Requested asked) {
            return new Outcome(selections, false);
        }
    }

    private void cells(ResultsLog log, List<Selection> selections) {
        Map<BackboneChoice, Map<String, DecoderChoice>> byBackbone = new LinkedHashMap<>();
        config.decoders().forEach((name, choice) -> byBackbone
                .computeIfAbsent(backbone(config, choice, files), unused -> new LinkedHashMap<>())
                .put(name, choice));
        // Wrong names and missing files end the run here, before any weight is loaded.
        check(config, stepSizes, files);
        long cells = config.decoders().values().stream()
                .mapToLong(choice ->
                        (long) budgets(choice).size() * (draws(choice) ? config.seeds().size() : 1))
                .sum();
        long problemCount = problemCount();
        try (ProgressLine progress = ProgressLine.start("evaluate", cells * problemCount)) {
            for (Map.Entry<BackboneChoice, Map<String, DecoderChoice>> group : byBackbone.entrySet()) {
                try (Tokenizer tokenizer = group.getKey().tokenizer();
                        Fleet fleet = group.getKey().fleet(config.fleet())) {
                    Cells table = new Cells(group.getKey(), tokenizer, fleet, progress, selections);
                    for (Map.Entry<String, DecoderChoice> decoder : group.getValue().entrySet()) {
                        table.run(decoder.getKey(), decoder.getValue(), log);
                    }
                }
            }
        }
    }

    private static void requireDecoders(EvaluateConfig config) {
        if (config.decoders().isEmpty()) {
            throw new ConfigurationException("decoders must hold at least one decoder, was empty");
        }
    }

    private static BackboneChoice backbone(EvaluateConfig config, DecoderChoice choice, FileFinder files) {
        String name = choice.backbone().isEmpty() ? config.backbone() : choice.backbone();
        return BackboneChoice.of(name, config.dtype(), files);
    }

    private List<DecodingBudget> budgets(DecoderChoice choice) {
        return choice.budgets().isEmpty() ? config.budgets() : choice.budgets();
    }

    private int problemCount() {
        int all = ProblemSource.read(config.problems(), files, config.badRows()).size();
        return config.limit() == 0 ? all : Math.min(all, config.limit());
    }

    /**
     * Finds what is wrong with an evaluation before anything is written or loaded: names, problem files, policies, weights
     * that are not there.
     *
     * @param config what to evaluate
     * @param stepSizes makes step sizes
     * @param files finds files and folders that settings name
     */
    public static void check(EvaluateConfig config, StepSizes stepSizes, FileFinder files) {
        requireDecoders(config);
        PromptEncoder.check(config.prompt(), ProblemSource.read(config.problems(), files, config.badRows()));
        for (DecoderChoice choice : config.decoders().values()) {
            BackboneChoice backbone = backbone(config, choice, files);
            backbone.promptRoom(config.responseLength());
            backbone.requireWeights();
            if (choice instanceof FlowChoice flow) {
                check(config, flow.stepSize(), stepSizes, files);
            } else {
                ((RuleChoice) choice).decoder(backbone);
            }
        }
    }

    private static void check(
            EvaluateConfig config, StepSizeChoice stepSize, StepSizes stepSizes, FileFinder files) {
        if (stepSize instanceof StepSizeChoice.BestOf bestOf) {
            bestOf.candidates().forEach(stepSizes::of);
            ProblemSource.read(bestOf.problems(), files, config.badRows());
        } else {
            config.seeds().forEach(seed -> stepSizes.of(ofSeed(stepSize, seed)));
        }
    }

    private static StepSizeChoice ofSeed(StepSizeChoice choice, long seed) {
        return choice instanceof StepSizeChoice.Policy policy ? policy.of(seed) : choice;
    }

    /** Whether answers depend on the seed; those of other decoders are made once for all seeds. */
    private static boolean draws(DecoderChoice choice) {
        if (choice instanceof RuleChoice rules) {
            return rules.draws();
        }
        return ((FlowChoice) choice).stepSize() instanceof StepSizeChoice.Policy policy
                && policy.dependsOnSeed();
    }

    /** The cells of one base model. */
    private final class Cells {
        private final BackboneChoice backbone;
        private final Fleet fleet;
        private final ProgressLine progress;
        private final List<Selection> selections;
        private final PromptEncoder encoder;
        private final Evaluator evaluator;
        private final int maxPromptLength;
        private final List<NumberedProblem> problems;

        Cells(
                BackboneChoice backbone,
                Tokenizer tokenizer,
                Fleet fleet,
                ProgressLine progress,
                List<Selection> selections) {
            this.backbone = backbone;
            this.fleet = fleet;
            this.progress = progress;
            this.selections = selections;
            this.encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            this.evaluator = new Evaluator(encoder, grader, config.responseLength(), config.batch());
            this.maxPromptLength = backbone.promptRoom(config.responseLength());
            this.problems = encoder.encode(
                    ProblemSource.read(config.problems(), files, config.badRows()), config.limit(), maxPromptLength);
        }

        /** Runs all budgets and seeds of one decoder. */
        void run(String name, DecoderChoice choice, ResultsLog log) {
            for (DecodingBudget budget : budgets(choice)) {
                List<ResultsLog.Result> first = List.of();
                for (long seed : config.seeds()) {
                    stop.check();
                    boolean same = !first.isEmpty() && !draws(choice);
                    List<ResultsLog.Result> results = same
                            ? first.stream().map(r -> r.withSeed(seed)).toList()
                            : evaluate(name, choice, budget, seed);
                    first = first.isEmpty() ? results : first;
                    results.forEach(log::append);
                }
            }
        }

        private List<ResultsLog.Result> evaluate(
                String name, DecoderChoice choice, DecodingBudget budget, long seed) {
            Decoder decoder = decoder(name, choice, budget, seed);
            String cell = name + " at " + budget;
            return evaluator.evaluate(fleet, decoder, name, problems, budget, seed, rows -> {
                stop.check();
                for (int row = 0; row < rows; row++) {
                    progress.advance(cell);
                }
            });
        }

        private Decoder decoder(String name, DecoderChoice choice, DecodingBudget budget, long seed) {
            if (choice instanceof RuleChoice rules) {
                return rules.decoder(backbone);
            }
            FlowChoice flow = (FlowChoice) choice;
            StepSizeChoice stepSize = flow.stepSize() instanceof StepSizeChoice.BestOf bestOf
                    ? best(name, flow, bestOf, budget)
                    : ofSeed(flow.stepSize(), seed);
            return new FlowDecoder(flow.settings(), stepSizes.of(stepSize));
        }

        /** The candidate that solves most validation problems at this budget; the first of equals. */
        private StepSizeChoice best(
                String name, FlowChoice flow, StepSizeChoice.BestOf bestOf, DecodingBudget budget) {
            List<NumberedProblem> validation = encoder.encode(
                    ProblemSource.read(bestOf.problems(), files, config.badRows()), bestOf.limit(), maxPromptLength);
            List<Long> passed = new ArrayList<>();
            for (StepSizeChoice candidate : bestOf.candidates()) {
                Decoder decoder = new FlowDecoder(flow.settings(), stepSizes.of(candidate));
                passed.add(evaluator
                        .evaluate(fleet, decoder, name, validation, budget, 0, rows -> stop.check())
                        .stream()
                        .filter(ResultsLog.Result::passed)
                        .count());
            }
            int best = 0;
            for (int i = 1; i < passed.size(); i++) {
                best = passed.get(i) > passed.get(best) ? i : best;
            }
            StepSizeChoice chosen = bestOf.candidates().get(best);
            selections.add(new Selection(name, budget.toString(), chosen, passed, validation.size()));
            return chosen;
        }
    }
}
