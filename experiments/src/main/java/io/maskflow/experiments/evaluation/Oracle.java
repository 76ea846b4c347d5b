package io.maskflow.experiments.evaluation;

import io.maskflow.experiments.run.ResultsLog.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The best of a grid for each problem, known only afterwards: an upper bound for whoever chooses one step size per problem.
 */
final class Oracle {

    private Oracle() {}

    /**
     * For each problem the first answer that passed; the first answer of all where none did.
     *
     * @param name the oracle's name in the results
     * @param ids problems in order
     * @param grid answers of each candidate, by problem
     * @return one answer per problem
     */
    static List<Result> of(String name, List<String> ids, List<Map<String, Result>> grid) {
        List<Result> best = new ArrayList<>();
        for (String id : ids) {
            Result chosen = null;
            for (Map<String, Result> candidate : grid) {
                Result answer = candidate.get(id);
                boolean first = chosen == null;
                boolean solves = !first && answer.passed() && !chosen.passed();
                // an answer nobody could judge might have passed: then the oracle's cannot be called wrong
                boolean unknown = !first && !answer.judged() && chosen.judged() && !chosen.passed();
                chosen = first || solves || unknown ? answer : chosen;
            }
            best.add(chosen.of(name));
        }
        return best;
    }
}
