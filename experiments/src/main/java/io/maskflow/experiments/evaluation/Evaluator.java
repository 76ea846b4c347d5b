package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.report.ResultsLog;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.Verdict;
import io.maskflow.rollout.Fleet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/**
 * Decodes problems and grades the answers.
 *
 * <p>Problems of similar prompt length share a batch. Which problems share one depends on the problems and the batch size
 * alone, so results do not depend on the number of workers.
 */
public final class Evaluator {

    private final PromptEncoder encoder;
    private final Grader grader;
    private final int responseLength;
    private final int batch;

    /**
     * @param encoder prompts and programs
     * @param grader verdicts
     * @param responseLength {@code N}
     * @param batch responses decoded together, at least 1
     */
    public Evaluator(PromptEncoder encoder, Grader grader, int responseLength, int batch) {
        this.encoder = encoder;
        this.grader = grader;
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
        List<List<NumberedProblem>> batches = batches(problems);
        List<List<ResultsLog.Result>> results = fleet.map(
                batches,
                (backbone, rows) -> solve(backbone, decoder, name, rows, budget, seed),
                rows -> done.accept(rows.size()));
        Map<Integer, ResultsLog.Result> byNumber = new HashMap<>();
        for (int b = 0; b < batches.size(); b++) {
            for (int r = 0; r < batches.get(b).size(); r++) {
                byNumber.put(batches.get(b).get(r).number(), results.get(b).get(r));
            }
        }
        return problems.stream().map(problem -> byNumber.get(problem.number())).toList();
    }

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
            MaskPredictor backbone,
            Decoder decoder,
            String name,
            List<NumberedProblem> rows,
            DecodingBudget budget,
            long seed) {
        List<DecodeRequest.Sample> samples = rows.stream()
                .map(row -> new DecodeRequest.Sample(row.promptIds(), new SampleKey(seed, 0, row.number(), 0)))
                .toList();
        long started = System.nanoTime();
        List<DecodedResponse> responses = decoder.decode(
                backbone,
                new DecodeRequest(samples, responseLength, budget.steps(responseLength)),
                DecodingObserver.NONE);
        double seconds = (System.nanoTime() - started) / 1e9 / rows.size();
        List<String> texts =
                responses.stream().map(r -> encoder.text(r.tokenIds())).toList();
        List<Attempt> attempts = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            attempts.add(encoder.attempt(rows.get(r).problem(), texts.get(r)));
        }
        List<Verdict> verdicts = Attempt.verdicts(grader, attempts);
        List<ResultsLog.Result> results = new ArrayList<>();
        for (int r = 0; r < rows.size(); r++) {
            Verdict verdict = verdicts.get(r);
            results.add(new ResultsLog.Result(
                    rows.get(r).problem().id(),
                    name,
                    budget.toString(),
                    seed,
                    responses.get(r).nfe(),
                    Tokenizer.lengthBeforeEnd(responses.get(r).tokenIds(), backbone.info().endIds()),
                    seconds,
                    verdict.kind().word(),
                    verdict.decided() ? verdict.passRate() : null,
                    verdict.passed(),
                    texts.get(r)));
        }
        return results;
    }
}
