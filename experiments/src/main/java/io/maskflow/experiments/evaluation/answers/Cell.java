package io.maskflow.experiments.evaluation.answers;

import io.maskflow.decoder.DecodingBudget;
import java.io.Serializable;

/**
 * One cell of the table: a decoder at a budget with a seed, and at a value of its dial if it is evaluated at several.
 *
 * @param decoder its name in the results
 * @param budget the budget in the results
 * @param dial value of its dial, null for none
 * @param steps steps over response length that it is given; for most decoders those of {@code budget}
 * @param seed seed of random draws
 */
public record Cell(String decoder, String budget, Double dial, DecodingBudget steps, long seed)
        implements Serializable {

    /** A decoder that is given the steps of its budget. */
    public static Cell of(String decoder, DecodingBudget budget, long seed) {
        return new Cell(decoder, budget.toString(), null, budget, seed);
    }

    /** The same with another seed. */
    public Cell withSeed(long other) {
        return new Cell(decoder, budget, dial, steps, other);
    }

    /** What it is called while it is decoded. */
    public String label() {
        return (dial == null ? decoder : decoder + " " + dial) + " at " + budget;
    }
}
