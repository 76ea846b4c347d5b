package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.decoding.CurveChoice;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.EqualNfeChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.RuleChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.evaluation.answers.ActionTally;
import io.maskflow.experiments.evaluation.answers.AnswerStore;
import io.maskflow.experiments.evaluation.answers.Cell;
import io.maskflow.experiments.evaluation.answers.EvaluationStores;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.evaluation.answers.KeptAnswers;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.rollout.Fleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cells of one base model. What is on disk already is not decoded again. */
final class Cells {

    private static final Logger LOG = LoggerFactory.getLogger(Cells.class);

    private final EvaluateConfig config;
    private final BackboneChoice backbone;
    private final Fleet fleet;
    private final Evaluator evaluator;
    private final StepSizes stepSizes;
    private final BiFunction<String, Integer, List<NumberedProblem>> problems;
    private final EvaluationStores stores;
    private final StopSignal stop;
    private final ProgressLine progress;
    private final List<Selection> selections = new ArrayList<>();
    private final List<NumberedProblem> table;
    private final Map<String, ActionTally> actions;

    /**
     * @param config the evaluation
     * @param backbone the base model
     * @param fleet its workers
     * @param evaluator decodes and grades
     * @param stepSizes makes step sizes
     * @param problems encoded problems by source and limit
     * @param stores where answers go
     * @param stop asked after each batch
     * @param progress told of each answer
     * @param actions where step fractions are counted, by {@code decoder@budget}
     */
    Cells(
            EvaluateConfig config,
            BackboneChoice backbone,
            Fleet fleet,
            Evaluator evaluator,
            StepSizes stepSizes,
            BiFunction<String, Integer, List<NumberedProblem>> problems,
            EvaluationStores stores,
            StopSignal stop,
            ProgressLine progress,
            Map<String, ActionTally> actions) {
        this.config = config;
        this.backbone = backbone;
        this.fleet = fleet;
        this.evaluator = evaluator;
        this.stepSizes = stepSizes;
        this.problems = problems;
        this.table = problems.apply(config.problems(), config.limit());
        this.stores = stores;
        this.stop = stop;
        this.progress = progress;
        this.actions = actions;
    }

    /** What was chosen so far. */
    List<Selection> selections() {
        return selections;
    }

    /**
     * Runs one decoder at all its budgets.
     *
     * @param name in the results
     * @param choice the decoder
     * @param seeds those that this base model answers, at least one
     */
    void run(String name, DecoderChoice choice, List<Long> seeds) {
        for (DecodingBudget budget : config.budgetsOf(choice)) {
            if (choice instanceof EqualNfeChoice equal) {
                DecoderChoice chosen = equalCalls(name, equal, budget, seeds);
                Cell cell = new Cell(name, budget.toString(), null, equal.ceiling(), 0);
                answers(name, chosen, cell, seeds, table, stores.results());
            } else if (choice instanceof CurveChoice curve) {
                curve(name, curve, budget, seeds);
            } else if (choice instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.BestOf bestOf) {
                best(name, flow, bestOf, budget, seeds);
            } else {
                answers(name, choice, Cell.of(name, budget, 0), seeds, table, stores.results());
            }
        }
    }

    /** A decoder at every value of its dial, on the table's problems; before that on those that dials are chosen on. */
    private void curve(String name, CurveChoice curve, DecodingBudget budget, List<Long> seeds) {
        EqualCallsSettings equal = config.equalCalls();
        if (!equal.calls().isEmpty()) {
            curve(name, curve, budget, seeds, problems.apply(equal.problems(), equal.limit()), stores.validation());
        }
        curve(name, curve, budget, seeds, table, stores.results());
    }

    private void curve(
            String name,
            CurveChoice curve,
            DecodingBudget budget,
            List<Long> seeds,
            List<NumberedProblem> rows,
            AnswerStore store) {
        for (double value : curve.values()) {
            DecodingBudget steps = curve.steps(value, budget, config.responseLength());
            answers(name, curve.at(value), new Cell(name, budget.toString(), value, steps, 0), seeds, rows, store);
        }
    }

    /** All seeds of a cell; answers that no seed can change are made once. */
    private List<List<Result>> answers(
            String name,
            DecoderChoice choice,
            Cell cell,
            List<Long> seeds,
            List<NumberedProblem> rows,
            AnswerStore store) {
        List<List<Result>> all = new ArrayList<>();
        for (long seed : seeds) {
            stop.check();
            if (!all.isEmpty() && !choice.draws()) {
                List<Result> same =
                        all.get(0).stream().map(r -> r.withSeed(seed)).toList();
                store.whole(same);
                all.add(same);
            } else {
                ActionTally tally = store == stores.results() && cell.dial() == null
                        ? actions.computeIfAbsent(name + "@" + cell.budget(), unused -> new ActionTally())
                        : new ActionTally();
                all.add(answers(decoder(choice, seed), cell.withSeed(seed), rows, store, tally));
            }
        }
        return all;
    }

    private Decoder decoder(DecoderChoice choice, long seed) {
        if (choice instanceof RuleChoice rules) {
            return rules.decoder(backbone);
        }
        FlowChoice flow = (FlowChoice) choice;
        return new FlowDecoder(flow.settings(), stepSizes.of(flow.stepSize().of(seed)));
    }

    /** The answers of a cell in order: those on disk, the others decoded. */
    private List<Result> answers(
            Decoder decoder, Cell cell, List<NumberedProblem> rows, AnswerStore store, ActionTally tally) {
        String shown = cell.label();
        return KeptAnswers.complete(store, evaluator, fleet, decoder, cell, rows, tally, done -> {
            stop.check();
            advance(done, shown);
        });
    }

    private void advance(int rows, String cell) {
        for (int row = 0; row < rows; row++) {
            progress.advance(cell);
        }
    }

    // --- choices ----------------------------------------------------------------------------------------------------

    /** The candidate that solves most validation problems at this budget; for an oracle, all of them on the problems. */
    private void best(
            String name, FlowChoice flow, StepSizeChoice.BestOf bestOf, DecodingBudget budget, List<Long> seeds) {
        List<NumberedProblem> validation = problems.apply(bestOf.problems(), bestOf.limit());
        List<String> names = names(name, bestOf);
        List<Long> passed = new ArrayList<>();
        List<Double> nfe = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            long seed = seeds.get(0);
            Decoder decoder = decoder(flow.withStepSize(bestOf.candidates().get(i)), seed);
            Cell cell = Cell.of(names.get(i), budget, seed);
            List<Result> answers = answers(decoder, cell, validation, stores.validation(), new ActionTally());
            passed.add(answers.stream().filter(Result::passed).count());
            nfe.add(answers.stream().mapToInt(Result::nfe).average().orElse(0));
        }
        int best = Selection.most(passed);
        warnIfIdle(name, budget, bestOf.candidates().get(best).label(), nfe.get(best));
        StepSizeChoice chosen = bestOf.candidates().get(best);
        List<String> labels =
                bestOf.candidates().stream().map(StepSizeChoice::label).toList();
        selections.add(new Selection(
                name, budget.toString(), words(chosen.label(), seeds), best, labels, passed, nfe, validation.size()));
        if (!config.inOracle(name)) {
            Cell cell = Cell.of(name, budget, 0);
            answers(name, flow.withStepSize(chosen), cell, seeds, table, stores.results());
            return;
        }
        for (int i = 0; i < names.size(); i++) {
            FlowChoice candidate = flow.withStepSize(bestOf.candidates().get(i));
            Cell cell = Cell.of(names.get(i), budget, 0);
            List<List<Result>> answers = answers(names.get(i), candidate, cell, seeds, table, stores.candidates());
            if (i == best) {
                answers.forEach(seed -> stores.results()
                        .whole(seed.stream().map(answer -> answer.of(name)).toList()));
            }
        }
    }

    /** What the candidates of a {@code best-of} are called on disk. */
    static List<String> names(String name, StepSizeChoice.BestOf bestOf) {
        List<String> names = new ArrayList<>();
        for (StepSizeChoice candidate : bestOf.candidates()) {
            names.add(name + "[" + names.size() + "] " + candidate.label());
        }
        return names;
    }

    /** The decoder at the value of its dial that comes nearest to the calls of a budget from below. */
    private DecoderChoice equalCalls(String name, EqualNfeChoice equal, DecodingBudget budget, List<Long> seeds) {
        List<NumberedProblem> validation = problems.apply(equal.problems(), equal.limit());
        List<Long> passed = new ArrayList<>();
        List<Double> nfe = new ArrayList<>();
        List<String> labels = new ArrayList<>();
        for (double value : equal.grid()) {
            String label = equal.dial() + " " + value;
            Cell cell = Cell.of(name + " " + label, equal.ceiling(), seeds.get(0));
            Decoder decoder = decoder(equal.at(value), seeds.get(0));
            List<Result> answers = answers(decoder, cell, validation, stores.validation(), new ActionTally());
            labels.add(label);
            passed.add(answers.stream().filter(Result::passed).count());
            nfe.add(answers.stream().mapToInt(Result::nfe).average().orElse(0));
        }
        int chosen = Selection.within(nfe, budget.steps(config.responseLength()));
        warnIfIdle(name, budget, labels.get(chosen), nfe.get(chosen));
        selections.add(new Selection(
                name,
                budget.toString(),
                words(labels.get(chosen), seeds),
                chosen,
                labels,
                passed,
                nfe,
                validation.size()));
        return equal.at(equal.grid().get(chosen));
    }

    /** A baseline that leaves calls unused is no fair bar: a finer grid is the remedy. */
    private void warnIfIdle(String name, DecodingBudget budget, String chosen, double nfe) {
        Selection.idle(nfe, budget.steps(config.responseLength()))
                .ifPresent(words -> LOG.warn("{} at {}: {} was chosen, which {}", name, budget, chosen, words));
    }

    /** What was chosen, and for which base model where each seed has its own. */
    private String words(String chosen, List<Long> seeds) {
        return seeds.size() < config.seeds().size() ? chosen + " for seed " + seeds.get(0) : chosen;
    }
}
