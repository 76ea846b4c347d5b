package io.maskflow.experiments.curves;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.decoder.random.RandomStreams;
import java.util.List;
import java.util.Optional;

/**
 * A dial brought to a mean number of calls: the two neighbouring values of the grid, mixed so that the mean on the problems
 * it is chosen on is just that number. Each problem gets one of the two by a coin that knows nothing but its name, so anybody
 * could decode like this; the calls come out exactly in expectation, and what is between two values is never better than
 * what a finer grid would have.
 *
 * @param seed whose answers it was chosen on
 * @param cheap value of the dial with the fewer calls
 * @param dear value with the more; {@code cheap} if one alone is taken
 * @param share of the problems that get {@code dear}, in [0, 1]
 */
public record DialMix(long seed, double cheap, double dear, @JsonProperty("share_dear") double share) {

    /**
     * The mix for a mean number of calls.
     *
     * @param grid answers of one seed on the problems to choose on
     * @param seed whose
     * @param calls the mean to come out at
     * @return empty if every value of the dial needs more; the dearest value alone if all need less
     */
    static Optional<DialMix> of(DialGrid grid, long seed, double calls) {
        List<Double> dials = grid.dials();
        Double below = null;
        Double above = null;
        for (double dial : dials) {
            double mean = grid.calls(dial);
            if (mean <= calls && (below == null || mean > grid.calls(below))) {
                below = dial;
            }
            if (mean >= calls && (above == null || mean < grid.calls(above))) {
                above = dial;
            }
        }
        if (below == null) {
            return Optional.empty();
        }
        double cheapest = grid.calls(below);
        boolean alone = above == null || grid.calls(above) == cheapest;
        return Optional.of(
                alone
                        ? new DialMix(seed, below, below, 0)
                        : new DialMix(seed, below, above, (calls - cheapest) / (grid.calls(above) - cheapest)));
    }

    /** The value that a problem gets: the same coin for every decoder. */
    double dial(String problem) {
        return RandomStreams.of(seed, "dialmix", 0, problem.hashCode(), 0, 0).nextDouble() < share ? dear : cheap;
    }

    /** Share passed on a grid in expectation over the coin. */
    double passed(DialGrid grid) {
        return (1 - share) * grid.passed(cheap) + share * grid.passed(dear);
    }
}
