package io.maskflow.decoder.dream;

import io.maskflow.decoder.RowPrediction;
import java.util.Locale;

/** Which masked positions Dream's sampler fills in a step. */
public enum TransferAlgorithm {

    /** Each with the same probability, whatever the model says. */
    ORIGIN,

    /** Those whose token is most probable. */
    MASKGIT_PLUS,

    /** Those whose most probable token is furthest ahead of the second. */
    TOPK_MARGIN,

    /** Those of lowest entropy. */
    ENTROPY,

    /** All but the least confident positions, those that are filled already included (Open-dLLM's path planning). */
    P2;

    /** The name in a configuration. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The score by which a position is ranked, highest first; 0 for {@link #ORIGIN}, which ranks nothing.
     *
     * @param seen what the model said
     * @param i response position
     * @param confidence probability of the token that would be filled in
     */
    double score(RowPrediction seen, int i, double confidence) {
        return switch (this) {
            case ORIGIN -> 0;
            case MASKGIT_PLUS, P2 -> confidence;
            case TOPK_MARGIN -> (double) seen.topProbability(i, 0) - seen.topProbability(i, 1);
            case ENTROPY -> -seen.entropy(i);
        };
    }
}
