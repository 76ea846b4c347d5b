package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.decoding.CurveChoice;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.EqualNfeChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.RuleChoice;
import io.maskflow.experiments.decoding.step.SeedInName;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.evaluation.answers.ActionTally;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.evaluation.answers.Cell;
import io.maskflow.experiments.evaluation.answers.EvaluationStores;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.Conditions;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.experiments.run.Sha256;
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
    public Evaluation(EvaluateConfig config, StepSizes stepSizes, Grader grader, FileFinder files, StopSignal stop) {
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
        Map<BackboneChoice, List<Share>> byBackbone = new LinkedHashMap<>();
        shares(config, files).forEach(share -> byBackbone
                .computeIfAbsent(share.backbone(), unused -> new ArrayList<>())
                .add(share));
        List<Selection> selections = new ArrayList<>();
        Map<String, ActionTally> actions = new LinkedHashMap<>();
        Map<String, Conditions> conditions = new LinkedHashMap<>();
        boolean complete = true;
        try (ProgressLine progress = ProgressLine.start("evaluate", answers())) {
            for (Map.Entry<BackboneChoice, List<Share>> group : byBackbone.entrySet()) {
                complete = complete
                        && cells(group.getKey(), group.getValue(), stores, progress, selections, actions, conditions);
            }
        }
        if (complete) {
            oracles(stores);
            config.oracles().forEach((name, members) -> conditions.put(name, conditions.get(members.get(0))));
        }
        return new Outcome(selections, ActionTally.actions(actions), conditions, complete);
    }

    /** The cells of one base model; false if the run was asked to stop. */
    private boolean cells(
            BackboneChoice backbone,
            List<Share> shares,
            EvaluationStores stores,
            ProgressLine progress,
            List<Selection> selections,
            Map<String, ActionTally> actions,
            Map<String, Conditions> conditions) {
        int room = backbone.promptRoom(config.responseLength());
        try (Tokenizer tokenizer = backbone.tokenizer();
                Fleet fleet = backbone.fleet(config.fleet())) {
            PromptEncoder encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            AnswerGrading grading = new AnswerGrading(backbone, config.prompt(), config.grader(), encoder, grader);
            Map<String, List<NumberedProblem>> encoded = new LinkedHashMap<>();
            Cells cells = new Cells(
                    config,
                    backbone,
                    fleet,
                    new Evaluator(grading, config.responseLength(), config.batch()),
                    stepSizes,
                    (source, limit) -> encoded.computeIfAbsent(
                            source + "\n" + limit,
                            unused -> encoder.encode(ProblemSource.read(source, files, config.badRows()), limit, room)),
                    stores,
                    stop,
                    progress,
                    actions);
            String hash = Sha256.ofText(encoder.prompt(ProblemSource.read(config.problems(), files, config.badRows())
                            .get(0)))
                    .substring(0, HASH_DIGITS);
            shares.forEach(share -> conditions.put(share.name(), conditions(share, hash)));
            try {
                shares.forEach(share -> cells.run(share.name(), share.choice(), share.seeds()));
                return true;
            } catch (StopSignal.Requested asked) {
                return false;
            } finally {
                selections.addAll(cells.selections());
            }
        }
    }

    private Conditions conditions(Share share, String promptHash) {
        DecoderChoice choice = share.choice();
        return new Conditions(
                modelOf(config, choice),
                config.dtype(),
                config.batch(),
                choice.eosRuleWord(),
                promptHash,
                config.responseLength(),
                choice.blockLength(),
                grader.conditions());
    }

    /** The rows of the oracles, from the answers of their candidates. */
    private void oracles(EvaluationStores stores) {
        List<String> ids = ProblemSource.read(config.problems(), files, config.badRows()).stream()
                .limit(config.limit() == 0 ? Long.MAX_VALUE : config.limit())
                .map(problem -> problem.id())
                .toList();
        config.oracles().forEach((name, members) -> {
            if (config.decoders().get(members.get(0)) instanceof CurveChoice) {
                return; // a curve of its own, made of the answers when the curves are
            }
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

    /** What one base model has to do for one decoder: all seeds, or the one that is part of the model's name. */
    private record Share(BackboneChoice backbone, String name, DecoderChoice choice, List<Long> seeds) {}

    private static List<Share> shares(EvaluateConfig config, FileFinder files) {
        List<Share> shares = new ArrayList<>();
        config.decoders().forEach((name, choice) -> {
            String model = modelOf(config, choice);
            FileFinder near = choice.backbone().isEmpty() ? files : files.under("decoders." + name);
            if (SeedInName.in(model)) {
                for (long seed : config.seeds()) {
                    BackboneChoice own = BackboneChoice.of(SeedInName.fill(model, seed), config.dtype(), near);
                    shares.add(new Share(own, name, choice, List.of(seed)));
                }
            } else {
                shares.add(new Share(BackboneChoice.of(model, config.dtype(), near), name, choice, config.seeds()));
            }
        });
        return shares;
    }

    private static String modelOf(EvaluateConfig config, DecoderChoice choice) {
        return choice.backbone().isEmpty() ? config.backbone() : choice.backbone();
    }

    /** Every base model that an evaluation asks for, each once. */
    static List<BackboneChoice> backbones(EvaluateConfig config, FileFinder files) {
        return shares(config, files).stream().map(Share::backbone).distinct().toList();
    }

    // --- how much there is to do ------------------------------------------------------------------------------------

    private long answers() {
        long all = 0;
        long test = count(config.problems(), config.limit());
        for (Share share : shares(config, files)) {
            DecoderChoice choice = share.choice();
            long once = test * (choice.draws() ? share.seeds().size() : 1);
            int budgets = config.budgetsOf(choice).size();
            if (choice instanceof EqualNfeChoice equal) {
                all += budgets * (equal.grid().size() * count(equal.problems(), equal.limit()) + once);
            } else if (choice instanceof CurveChoice curve) {
                EqualCallsSettings chosen = config.equalCalls();
                long validation = chosen.calls().isEmpty() ? 0 : count(chosen.problems(), chosen.limit());
                long seeds = choice.draws() ? share.seeds().size() : 1;
                all += budgets * curve.values().size() * (once + seeds * validation);
            } else if (choice instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.BestOf bestOf) {
                long candidates = bestOf.candidates().size();
                all += budgets * candidates * count(bestOf.problems(), bestOf.limit());
                all += budgets * once * (config.inOracle(share.name()) ? candidates : 1);
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
        for (Share share : shares(config, files)) {
            BackboneChoice backbone = share.backbone();
            DecoderChoice choice = share.choice();
            backbone.promptRoom(config.responseLength());
            backbone.requireWeights();
            if (choice instanceof EqualNfeChoice equal) {
                equal.grid().forEach(value -> check(config, share.name(), equal.at(value), backbone, stepSizes, files));
                ProblemSource.read(equal.problems(), files.under("decoders." + share.name()), config.badRows());
            } else if (choice instanceof CurveChoice curve) {
                for (double value : curve.values()) {
                    check(config, share.name(), curve.at(value), backbone, stepSizes, files);
                    curve.steps(value, config.budgetsOf(curve).get(0), config.responseLength());
                }
            } else {
                check(config, share.name(), choice, backbone, stepSizes, files);
            }
        }
        if (!config.equalCalls().calls().isEmpty()) {
            ProblemSource.read(config.equalCalls().problems(), files.under("equalCalls"), config.badRows());
        }
    }

    private static void check(
            EvaluateConfig config,
            String name,
            DecoderChoice choice,
            BackboneChoice backbone,
            StepSizes stepSizes,
            FileFinder files) {
        if (choice instanceof FlowChoice flow) {
            check(config, name, flow.stepSize(), stepSizes, files);
        } else {
            ((RuleChoice) choice).decoder(backbone);
        }
    }

    private static void check(
            EvaluateConfig config, String name, StepSizeChoice stepSize, StepSizes stepSizes, FileFinder files) {
        String section = "decoders." + name;
        List<StepSizeChoice> asked = List.of(stepSize);
        if (stepSize instanceof StepSizeChoice.BestOf bestOf) {
            asked = bestOf.candidates();
            ProblemSource.read(bestOf.problems(), files.under(section + ".stepSize"), config.badRows());
        }
        for (long seed : config.seeds()) {
            asked.forEach(choice -> stepSizes.in(section).of(choice.of(seed)));
        }
    }
}
