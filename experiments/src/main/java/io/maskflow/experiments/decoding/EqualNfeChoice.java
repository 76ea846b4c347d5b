package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import java.util.List;

/**
 * {@code type: equal-nfe}: a decoder that makes as many calls as an answer needs, brought to the number of model calls that
 * the other decoders of a budget have. At each budget its dial is chosen on other problems: of the values whose mean number
 * of calls does not exceed {@code T} the one that uses most; if all exceed it, the one that uses fewest.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param decoder a decoder with a dial
 * @param dial the setting of it that trades calls for accuracy, {@code threshold} by default
 * @param values the grid of the dial; empty for {@code thresholds}
 * @param thresholds the grid of a dial {@code threshold}
 * @param problems where to choose
 * @param limit how many of these problems, 0 for all
 * @param ceiling calls that a single answer may take at most, over the response length
 */
public record EqualNfeChoice(
        String backbone,
        List<DecodingBudget> budgets,
        DecoderChoice decoder,
        String dial,
        List<Double> values,
        List<Double> thresholds,
        String problems,
        int limit,
        DecodingBudget ceiling)
        implements DecoderChoice.Dialled {

    /** Copies the lists; refuses a dial that the decoder does not have. */
    public EqualNfeChoice {
        budgets = List.copyOf(budgets);
        values = List.copyOf(values);
        thresholds = List.copyOf(thresholds);
        CurveChoice.requirePlain(decoder);
        if (!dial.equals("threshold") && values.isEmpty()) {
            throw new IllegalArgumentException("values must hold at least one value of dial " + dial + ", was empty");
        }
        Dial.check(decoder, dial, values.isEmpty() ? thresholds : values);
        if (limit < 0) {
            throw new IllegalArgumentException("limit must be at least 0, was " + limit);
        }
    }

    /** Mask prediction on a grid, chosen on 100 built-in validation problems. */
    public static EqualNfeChoice defaults() {
        return new EqualNfeChoice(
                "",
                List.of(),
                MaskPredictionChoice.defaults(),
                "threshold",
                List.of(),
                List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99),
                "builtin:valid",
                100,
                new DecodingBudget(1, 1));
    }

    /** The values of the dial to choose from. */
    public List<Double> grid() {
        return values.isEmpty() ? thresholds : values;
    }

    /** The decoder at a value of the grid. */
    public DecoderChoice at(double value) {
        return Dial.turn(decoder, dial, value);
    }

    @Override
    public EqualNfeChoice withPolicy(String file) {
        return new EqualNfeChoice(
                backbone, budgets, decoder.withPolicy(file), dial, values, thresholds, problems, limit, ceiling);
    }
}
