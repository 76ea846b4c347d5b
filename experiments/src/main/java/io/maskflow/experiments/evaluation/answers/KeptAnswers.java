package io.maskflow.experiments.evaluation.answers;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.rollout.Fleet;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;

/** The answers of one decoder, kept in a file batch by batch: what is there is not decoded again. */
public final class KeptAnswers {

    private KeptAnswers() {}

    /**
     * Decodes and grades what is missing.
     *
     * @param file a log of results, made if it does not exist; while it grows, batches stand in its {@code .partial.jsonl}
     * @param evaluator decodes and grades
     * @param fleet workers with the base model
     * @param decoder the decoder
     * @param name its name in the results
     * @param problems what to solve
     * @param budget steps over response length
     * @param done told how many problems were found or have just been finished; may throw to stop
     * @return one result per problem, in order
     */
    public static List<Result> complete(
            Path file,
            Evaluator evaluator,
            Fleet fleet,
            Decoder decoder,
            String name,
            List<NumberedProblem> problems,
            DecodingBudget budget,
            IntConsumer done) {
        Cell cell = Cell.of(name, budget, 0);
        try (AnswerStore store = AnswerStore.open(file)) {
            return complete(store, evaluator, fleet, decoder, cell, problems, new ActionTally(), done);
        }
    }

    /** The answers of a cell in order: those in the store, the others decoded. */
    public static List<Result> complete(
            AnswerStore store,
            Evaluator evaluator,
            Fleet fleet,
            Decoder decoder,
            Cell cell,
            List<NumberedProblem> problems,
            ActionTally tally,
            IntConsumer done) {
        Map<String, Result> known = store.of(cell);
        List<NumberedProblem> open = problems.stream()
                .filter(row -> !known.containsKey(row.problem().id()))
                .toList();
        done.accept(problems.size() - open.size());
        evaluator
                .evaluate(fleet, decoder, cell, open, store::keep, tally, done)
                .forEach(result -> known.put(result.id(), result));
        List<Result> whole =
                problems.stream().map(row -> known.get(row.problem().id())).toList();
        store.whole(whole);
        return whole;
    }
}
