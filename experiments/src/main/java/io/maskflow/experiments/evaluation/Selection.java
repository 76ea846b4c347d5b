package io.maskflow.experiments.evaluation;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was chosen on other problems than those that the table is made of.
 *
 * @param decoder name of the decoder
 * @param budget at which budget
 * @param chosen the candidate in words
 * @param index its place among the candidates
 * @param candidates all of them, in order
 * @param passed problems that each candidate solved
 * @param nfe mean model calls of each candidate
 * @param problems how many problems were tried
 */
public record Selection(
        String decoder,
        String budget,
        String chosen,
        int index,
        List<String> candidates,
        List<Long> passed,
        List<Double> nfe,
        int problems) {

    private static final double WELL_USED = 0.8;

    /** Copies the lists. */
    public Selection {
        candidates = List.copyOf(candidates);
        passed = List.copyOf(passed);
        nfe = List.copyOf(nfe);
    }

    /** Place of the candidate that solved most; the first of equals. */
    static int most(List<Long> passed) {
        int best = 0;
        for (int i = 1; i < passed.size(); i++) {
            best = passed.get(i) > passed.get(best) ? i : best;
        }
        return best;
    }

    /** Place of the dearest candidate within {@code calls}; of the cheapest if none is within. */
    static int within(List<Double> nfe, double calls) {
        int best = -1;
        int cheapest = 0;
        for (int i = 0; i < nfe.size(); i++) {
            cheapest = nfe.get(i) < nfe.get(cheapest) ? i : cheapest;
            if (nfe.get(i) <= calls && (best < 0 || nfe.get(i) > nfe.get(best))) {
                best = i;
            }
        }
        return best < 0 ? cheapest : best;
    }

    /**
     * Whether a choice leaves so many calls of its budget unused that it is no fair bar.
     *
     * @param nfe mean model calls of what was chosen
     * @param steps calls that the budget allows
     * @return what to say, empty if at least 80 % are used
     */
    static Optional<String> idle(double nfe, int steps) {
        return nfe >= WELL_USED * steps
                ? Optional.empty()
                : Optional.of(String.format(
                        Locale.ROOT, "uses %.1f of %d model calls: with a finer grid it may solve more", nfe, steps));
    }
}
