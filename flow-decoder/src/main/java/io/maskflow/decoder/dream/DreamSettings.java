package io.maskflow.decoder.dream;

import io.maskflow.decoder.backbone.Shaping;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * How Dream's sampler decodes.
 *
 * @param algorithm which positions a step fills; default entropy, as Dream's examples
 * @param eps end of the time grid, in (0, 1); default 1e-3
 * @param temperature of the tokens: 0 takes the most probable, above 0 draws; default 0
 * @param topP tokens beyond this cumulative probability are left out, the one that crosses it is kept; in (0, 1], default
 *     1 (all)
 * @param topK only so many of the most probable tokens are left, 0 for all; default 0
 * @param algorithmTemperature of the choice of positions: 0 takes the best, above 0 draws without replacement in
 *     proportion to {@code exp(score / temperature)}; default 0
 */
@RecordBuilder
public record DreamSettings(
        TransferAlgorithm algorithm, double eps, double temperature, double topP, int topK, double algorithmTemperature)
        implements Serializable, DreamSettingsBuilder.With {

    /** Checks the ranges. */
    public DreamSettings {
        if (algorithm == null) {
            throw new IllegalArgumentException(
                    "algorithm must be one of origin, maskgit_plus, topk_margin, entropy, was empty");
        }
        new DreamSchedule(1, (float) eps);
        Shaping.dream((float) temperature, (float) topP, topK);
        if (!(algorithmTemperature >= 0 && algorithmTemperature < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("algorithmTemperature must be at least 0, was " + algorithmTemperature);
        }
    }

    /** Entropy, the most probable tokens. */
    public static DreamSettings defaults() {
        return new DreamSettings(TransferAlgorithm.ENTROPY, 1e-3, 0, 1, 0, 0);
    }

    /** Whether anything is drawn. */
    public boolean draws() {
        return temperature > 0 || algorithmTemperature > 0 || algorithm == TransferAlgorithm.ORIGIN;
    }

    Shaping shaping() {
        return Shaping.dream((float) temperature, (float) topP, topK);
    }
}
