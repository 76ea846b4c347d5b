package io.maskflow.decoder.masking;

import com.fasterxml.jackson.annotation.JsonAlias;
import io.maskflow.decoder.RowPrediction;
import java.util.Locale;

/**
 * Which predictions are kept and which are masked again: the score by which masked positions are ranked. Aliases are the
 * names of other samplers.
 */
public enum Remasking {

    /** Probability of the predicted token: the least confident are masked again. */
    @JsonAlias("maskgit_plus")
    LOW_CONFIDENCE,

    /** A uniform draw for each position and step. */
    RANDOM,

    /** Negative entropy of the whole distribution. */
    ENTROPY,

    /** Probability of the best token minus that of the second. */
    @JsonAlias({"topk_margin", "topk"})
    MARGIN;

    /** The name in a configuration. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The score of one position; the highest are filled first.
     *
     * @param seen what the model said
     * @param i response position
     * @param confidence probability of the token that would be filled in
     * @param draw uniform number in [0, 1) of this position and step
     */
    public double score(RowPrediction seen, int i, double confidence, double draw) {
        return switch (this) {
            case LOW_CONFIDENCE -> confidence;
            case RANDOM -> draw;
            case ENTROPY -> -seen.entropy(i);
            case MARGIN -> (double) seen.topProbability(i, 0) - seen.topProbability(i, 1);
        };
    }

    /**
     * Whether a position is sure enough to be filled by a threshold: an entropy of at most so many nats, for the others a
     * score of at least the threshold.
     *
     * @param score from {@link #score}
     * @param threshold above 0
     */
    public boolean sure(double score, double threshold) {
        return this == ENTROPY ? -score <= threshold : score >= threshold;
    }
}
