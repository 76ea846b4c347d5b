package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import java.util.List;

/**
 * {@code type: equal-nfe}: a decoder that fills whatever is sure enough, brought to the number of model calls that the other
 * decoders of a budget have. At each budget the threshold is chosen on other problems: of those whose mean number of calls
 * does not exceed {@code T} the one that uses most; if all exceed it, the one that uses fewest.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param decoder a decoder with a threshold
 * @param thresholds the grid, each in (0, 1], at least one
 * @param problems where to choose
 * @param limit how many of these problems, 0 for all
 * @param ceiling calls that a single answer may take at most, over the response length
 */
public record EqualNfeChoice(
        String backbone,
        List<DecodingBudget> budgets,
        DecoderChoice decoder,
        List<Double> thresholds,
        String problems,
        int limit,
        DecodingBudget ceiling)
        implements DecoderChoice {

    /** Copies the lists; refuses a decoder without a threshold. */
    public EqualNfeChoice {
        budgets = List.copyOf(budgets);
        thresholds = List.copyOf(thresholds);
        if (thresholds.isEmpty()) {
            throw new IllegalArgumentException("thresholds must hold at least one threshold, was empty");
        }
        for (double threshold : thresholds) {
            if (!(threshold > 0 && threshold <= 1)) {
                throw new IllegalArgumentException("thresholds must lie in (0, 1], was " + threshold);
            }
            if (!(decoder instanceof RuleChoice rules)
                    || rules.withThreshold(threshold).isEmpty()) {
                throw new IllegalArgumentException("decoder must have a threshold: mask-prediction, llada2, evotoken, or"
                        + " soft-masking around one of the first two");
            }
        }
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
                List.of(0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99),
                "builtin:valid",
                100,
                new DecodingBudget(1, 1));
    }

    /** The decoder at a threshold of the grid. */
    public RuleChoice at(double threshold) {
        return ((RuleChoice) decoder).withThreshold(threshold).orElseThrow();
    }

    @Override
    public int blockLength() {
        return decoder.blockLength();
    }

    @Override
    public String eosRuleWord() {
        return decoder.eosRuleWord();
    }

    @Override
    public boolean draws() {
        return decoder.draws();
    }
}
