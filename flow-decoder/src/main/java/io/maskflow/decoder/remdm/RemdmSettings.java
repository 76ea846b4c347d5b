package io.maskflow.decoder.remdm;

import io.maskflow.decoder.backbone.Shaping;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.io.Serializable;

/**
 * How ReMDM decodes.
 *
 * @param strategy how the remasking probability is chosen; default cap
 * @param eta its parameter, in [0, 1]; default 0.04 (SM App. A.1 for cap); published 0.015 for rescale and 0.02 for loop;
 *     not used by confidence
 * @param tOn loop: time at which remasking begins, in (0, 1); default 0.55
 * @param tOff loop: time at which it ends, in (0, tOn); default 0.05
 * @param alphaOn loop: share of filled positions in between, in (0, 1); default 0.9
 * @param temperature of the tokens: 0 takes the most probable, above 0 draws; default 1
 * @param topP tokens beyond this cumulative probability are left out, also the one that crosses it; in (0, 1], default
 *     0.9
 */
@RecordBuilder
public record RemdmSettings(
        RemaskingStrategy strategy,
        double eta,
        double tOn,
        double tOff,
        double alphaOn,
        double temperature,
        double topP)
        implements Serializable, RemdmSettingsBuilder.With {

    /** Checks the ranges. */
    public RemdmSettings {
        if (strategy == null) {
            throw new IllegalArgumentException("strategy must be one of cap, rescale, confidence, loop, was empty");
        }
        if (!(eta >= 0 && eta <= 1)) {
            throw new IllegalArgumentException("eta must lie in [0, 1], was " + eta);
        }
        if (!(tOff > 0 && tOff < tOn && tOn < 1)) {
            throw new IllegalArgumentException(
                    "tOff and tOn must lie in (0, 1) with tOff below tOn, were " + tOff + " and " + tOn);
        }
        if (!(alphaOn > 0 && alphaOn < 1)) {
            throw new IllegalArgumentException("alphaOn must lie in (0, 1), was " + alphaOn);
        }
        Shaping.remdm((float) temperature, (float) topP);
    }

    /** Cap, as SM uses it for fast sampling. */
    public static RemdmSettings defaults() {
        return new RemdmSettings(RemaskingStrategy.CAP, 0.04, 0.55, 0.05, 0.9, 1, 0.9);
    }

    Shaping shaping() {
        return Shaping.remdm((float) temperature, (float) topP);
    }
}
