package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.decoding.BackboneChoice;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.EqualNfeChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.RuleChoice;
import io.maskflow.experiments.decoding.StepSizeChoice;
import io.maskflow.experiments.decoding.StepSizes;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.Conditions;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.experiments.report.ResultsLog.Result;
import io.maskflow.experiments.report.Sha256;
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

    private static final int HASH_DIGITS = 12;

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
     * @param stop asked after each batch; what is decoded by then is kept
     */
    public Evaluation(
            EvaluateConfig config, StepSizes stepSizes, Grader grader, FileFinder files, StopSignal stop) {
        requireDecoders(config);
        this.config = config;
        this.stepSizes = stepSizes;
        this.grader = grader;
        this.files = files;
        this.stop = stop;
    }

    /**
     * The outcome.
     *
     * @param selections choices made on validation problems
     * @param actions how step fractions go with the state, of the cells that were decoded now
     * @param conditions of each decoder by name
     * @param complete false if it was stopped early
     */
    record Outcome(
            List<Selection> selections,
            List<ActionTally.Actions> actions,
            Map<String, Conditions> conditions,
            boolean complete) {}

    /**
     * Runs every cell and writes its answers as they come.
     *
     * @param stores where answers go; those that are there are not made again
     */
    Outcome run(EvaluationStores stores) {
        // Wrong names and missing files end the run here, before any weight is loaded.
        check(config, stepSizes, files);
        Map<BackboneChoice, Map<String, DecoderChoice>> byBackbone = new LinkedHashMap<>();
        config.decoders().forEach((name, choice) -> byBackbone
                .computeIfAbsent(backbone(config, choice, files), unused -> new LinkedHashMap<>())
                .put(name, choice));
        List<Selection> selections = new ArrayList<>();
        List<ActionTally.Actions> actions = new ArrayList<>();
        Map<String, Conditions> conditions = new LinkedHashMap<>();
        boolean complete = true;
        try (ProgressLine progress = ProgressLine.start("evaluate", answers())) {
            for (Map.Entry<BackboneChoice, Map<String, DecoderChoice>> group : byBackbone.entrySet()) {
                complete = complete
                        && cells(group.getKey(), group.getValue(), stores, progress, selections, actions, conditions);
            }
        }
        if (complete) {
            oracles(stores);
            config.oracles()
                    .forEach((name, members) -> conditions.put(name, conditions.get(members.get(0))));
        }
        return new Outcome(selections, actions, conditions, complete);
    }

    /** The cells of one base model; false if the run was asked to stop. */
    private boolean cells(
            BackboneChoice backbone,
            Map<String, DecoderChoice> decoders,
            EvaluationStores stores,
            ProgressLine progress,
            List<Selection> selections,
            List<ActionTally.Actions> actions,
            Map<String, Conditions> conditions) {
        int room = backbone.promptRoom(config.responseLength());
        try (Tokenizer tokenizer = backbone.tokenizer();
                Fleet fleet = backbone.fleet(config.fleet())) {
            PromptEncoder encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            AnswerGrading grading =
                    new AnswerGrading(backbone, config.prompt(), config.grader(), encoder, grader);
            Map<String, List<NumberedProblem>> encoded = new LinkedHashMap<>();
            Cells cells = new Cells(
                    config,
                    backbone,
                    fleet,
                    new Evaluator(grading, config.responseLength(), config.batch()),
                    stepSizes,
                    (source, limit) -> encoded.computeIfAbsent(
                            source + "\n" + limit,
                            unused -> encoder.encode(
                                    ProblemSource.read(source, files, config.badRows()), limit, room)),
                    stores,
                    stop,
                    progress);
            String hash = Sha256.ofText(encoder.prompt(ProblemSource.read(config.problems(), files, config.badRows())
                            .get(0)))
                    .substring(0, HASH_DIGITS);
            decoders.forEach((name, choice) -> conditions.put(name, conditions(backbone, choice, hash)));
            try {
                decoders.forEach(cells::run);
                return true;
            } catch (StopSignal.Requested asked) {
                return false;
            } finally {
                selections.addAll(cells.selections());
                actions.addAll(cells.actions());
            }
        }
    }

    private Conditions conditions(BackboneChoice backbone, DecoderChoice choice, String promptHash) {
        return new Conditions(
                backbone.name(),
                config.dtype(),
                config.batch(),
                choice.eosRuleWord(),
                promptHash,
                config.responseLength(),
                choice.blockLength(),
                grader.level().word());
    }

    /** The rows of the oracles, from the answers of their candidates. */
    private void oracles(EvaluationStores stores) {
        List<String> ids = ProblemSource.read(config.problems(), files, config.badRows()).stream()
                .limit(config.limit() == 0 ? Long.MAX_VALUE : config.limit())
                .map(problem -> problem.id())
                .toList();
        config.oracles().forEach((name, members) -> {
            for (DecodingBudget budget : config.budgetsOf(config.decoders().get(members.get(0)))) {
                for (long seed : config.seeds()) {
                    List<Map<String, Result>> grid = new ArrayList<>();
                    for (String member : members) {
                        FlowChoice flow = (FlowChoice) config.decoders().get(member);
                        if (config.budgetsOf(flow).contains(budget)) {
                            Cells.names(member, (StepSizeChoice.BestOf) flow.stepSize())
                                    .forEach(candidate ->
                                            grid.add(stores.candidates().of(Cell.of(candidate, budget, seed))));
                        }
                    }
                    stores.results().whole(Oracle.of(name, ids, grid));
                }
            }
        });
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

    // --- how much there is to do ------------------------------------------------------------------------------------

    private long answers() {
        long all = 0;
        long test = count(config.problems(), config.limit());
        for (Map.Entry<String, DecoderChoice> entry : config.decoders().entrySet()) {
            DecoderChoice choice = entry.getValue();
            long once = test * (choice.draws() ? config.seeds().size() : 1);
            int budgets = config.budgetsOf(choice).size();
            if (choice instanceof EqualNfeChoice equal) {
                all += budgets * (equal.thresholds().size() * count(equal.problems(), equal.limit()) + once);
            } else if (choice instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.BestOf bestOf) {
                long candidates = bestOf.candidates().size();
                all += budgets * candidates * count(bestOf.problems(), bestOf.limit());
                all += budgets * once * (config.inOracle(entry.getKey()) ? candidates : 1);
            } else {
                all += budgets * once;
            }
        }
        return all;
    }

    private long count(String source, int limit) {
        int all = ProblemSource.read(source, files, config.badRows()).size();
        return limit == 0 ? all : Math.min(all, limit);
    }

    // --- what can be wrong ------------------------------------------------------------------------------------------

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
            } else if (choice instanceof EqualNfeChoice equal) {
                equal.at(equal.thresholds().get(0)).decoder(backbone);
                ProblemSource.read(equal.problems(), files, config.badRows());
            } else {
                ((RuleChoice) choice).decoder(backbone);
            }
        }
    }

    private static void check(
            EvaluateConfig config, StepSizeChoice stepSize, StepSizes stepSizes, FileFinder files) {
        List<StepSizeChoice> asked = List.of(stepSize);
        if (stepSize instanceof StepSizeChoice.BestOf bestOf) {
            asked = bestOf.candidates();
            ProblemSource.read(bestOf.problems(), files, config.badRows());
        }
        for (long seed : config.seeds()) {
            asked.forEach(choice -> stepSizes.of(choice.of(seed)));
        }
    }
}
