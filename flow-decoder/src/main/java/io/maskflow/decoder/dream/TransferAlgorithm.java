package io.maskflow.decoder.dream;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import io.maskflow.decoder.RowPrediction;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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

    /**
     * Reads a name as it stands in a configuration.
     *
     * @param name {@code origin}, {@code maskgit_plus}, {@code topk_margin}, {@code entropy} or {@code p2}
     * @throws IllegalArgumentException for anything else
     */
    @JsonCreator
    public static TransferAlgorithm of(String name) {
        for (TransferAlgorithm algorithm : values()) {
            if (algorithm.configName().equals(name)) {
                return algorithm;
            }
        }
        String accepted =
                Arrays.stream(values()).map(TransferAlgorithm::configName).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("algorithm must be one of " + accepted + ", was " + name);
    }

    /** The name in a configuration. */
    @JsonValue
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
