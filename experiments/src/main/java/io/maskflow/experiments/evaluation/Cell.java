package io.maskflow.experiments.evaluation;

import io.maskflow.decoder.DecodingBudget;
import java.io.Serializable;

/**
 * One cell of the table: a decoder at a budget with a seed.
 *
 * @param decoder its name in the results
 * @param budget the budget in the results
 * @param steps steps over response length that it is given; for most decoders those of {@code budget}
 * @param seed seed of random draws
 */
public record Cell(String decoder, String budget, DecodingBudget steps, long seed) implements Serializable {

    /** A decoder that is given the steps of its budget. */
    public static Cell of(String decoder, DecodingBudget budget, long seed) {
        return new Cell(decoder, budget.toString(), budget, seed);
    }

    /** The same with another name. */
    Cell named(String other) {
        return new Cell(other, budget, steps, seed);
    }
}
