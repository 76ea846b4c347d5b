package io.maskflow.experiments.evaluation.answers;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.rollout.Fleet;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/**
 * Decodes problems and grades the answers.
 *
 * <p>Problems of similar prompt length share a batch. Which problems share one depends on the problems and the batch size
 * alone, so results do not depend on the number of workers.
 */
public final class Evaluator implements Serializable {

    private static final long serialVersionUID = 1L;

    private final AnswerGrading grading;
    private final int responseLength;
    private final int batch;

    /**
     * @param grading answers to verdicts
     * @param responseLength {@code N}
     * @param batch responses decoded together, at least 1
     */
    public Evaluator(AnswerGrading grading, int responseLength, int batch) {
        this.grading = grading;
        this.responseLength = responseLength;
        this.batch = batch;
    }

    /**
     * Evaluates one decoder at one budget with one seed.
     *
     * @param fleet workers with the base model
     * @param decoder the decoder
     * @param name its name in the results
     * @param problems what to solve
     * @param budget steps over response length
     * @param seed seed of random draws
     * @param done told how many problems a worker has just finished
     * @return one result per problem, in order
     */
    public List<ResultsLog.Result> evaluate(
            Fleet fleet,
            Decoder decoder,
            String name,
            List<NumberedProblem> problems,
            DecodingBudget budget,
            long seed,
            IntConsumer done) {
        Cell cell = Cell.of(name, budget, seed);
        return evaluate(fleet, decoder, cell, problems, answers -> {}, new ActionTally(), done);
    }

    /**
     * Evaluates one cell.
     *
     * @param fleet workers with the base model
     * @param decoder the decoder
     * @param cell what the results are called, its steps and its seed
     * @param problems what to solve
     * @param solved told the answers of each batch as it ends, possibly by several threads
     * @param actions where the step fractions are counted
     * @param done told how many problems a worker has just finished
     * @return one result per problem, in order
     */
    List<ResultsLog.Result> evaluate(
            Fleet fleet,
            Decoder decoder,
            Cell cell,
            List<NumberedProblem> problems,
            Consumer<List<ResultsLog.Result>> solved,
            ActionTally actions,
            IntConsumer done) {
        List<List<NumberedProblem>> batches = batches(problems);
        List<Solved> results = fleet.map(
                batches,
                (backbone, rows) -> {
                    ActionTally tally = new ActionTally();
                    return new Solved(solve(backbone, decoder, cell, rows, tally), tally);
                },
                (rows, batchSolved) -> {
                    solved.accept(batchSolved.results());
                    done.accept(rows.size());
                });
        Map<Integer, ResultsLog.Result> byNumber = new HashMap<>();
        for (int b = 0; b < batches.size(); b++) {
            actions.add(results.get(b).actions());
            for (int r = 0; r < batches.get(b).size(); r++) {
                byNumber.put(
                        batches.get(b).get(r).number(), results.get(b).results().get(r));
            }
        }
        return problems.stream().map(problem -> byNumber.get(problem.number())).toList();
    }

    /** A batch and what its step fractions were. */
    private record Solved(List<ResultsLog.Result> results, ActionTally actions) implements Serializable {}

    private List<List<NumberedProblem>> batches(List<NumberedProblem> problems) {
        List<NumberedProblem> byLength = new ArrayList<>(problems);
        byLength.sort(Comparator.comparingInt((NumberedProblem p) -> p.promptIds().length)
                .thenComparingInt(NumberedProblem::number));
        List<List<NumberedProblem>> batches = new ArrayList<>();
        for (int from = 0; from < byLength.size(); from += batch) {
            batches.add(List.copyOf(byLength.subList(from, Math.min(from + batch, byLength.size()))));
        }
        return batches;
    }

    private List<ResultsLog.Result> solve(
            MaskPredictor backbone, Decoder decoder, Cell cell, List<NumberedProblem> rows, DecodingObserver observer) {
        List<DecodeRequest.Sample> samples = rows.stream()
                .map(row -> new DecodeRequest.Sample(row.promptIds(), new SampleKey(cell.seed(), 0, row.number(), 0)))
                .toList();
        long started = System.nanoTime();
        List<DecodedResponse> responses = decoder.decode(
                backbone,
                new DecodeRequest(samples, responseLength, cell.steps().steps(responseLength)),
                observer);
        double seconds = (System.nanoTime() - started) / 1e9 / rows.size();
        List<String> texts =
                responses.stream().map(r -> grading.text(r.tokenIds())).toList();
        List<Verdict> verdicts =
                grading.grade(rows.stream().map(NumberedProblem::problem).toList(), texts);
        List<ResultsLog.Result> results = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            Verdict verdict = verdicts.get(r);
            results.add(new ResultsLog.Result(
                    rows.get(r).problem().id(),
                    cell.decoder(),
                    cell.budget(),
                    cell.dial(),
                    cell.seed(),
                    responses.get(r).nfe(),
                    Tokenizer.lengthBeforeEnd(
                            responses.get(r).tokenIds(), backbone.info().endIds()),
                    seconds,
                    verdict.kind().word(),
                    verdict.decided() ? verdict.passRate() : null,
                    verdict.passed(),
                    texts.get(r),
                    verdict.passed() ? "" : verdict.note()));
        }
        return results;
    }
}
