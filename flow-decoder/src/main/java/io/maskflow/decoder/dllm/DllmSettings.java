package io.maskflow.decoder.dllm;

import io.maskflow.decoder.masking.Remasking;
import java.io.Serializable;
import java.util.List;

/**
 * How dllm's samplers decode.
 *
 * @param blockLength positions per block on a model with full attention, 0 for the whole response; a block-causal model has its
 *     own, which this must be if it is not 0; default 0
 * @param remasking how positions are ranked; default low confidence
 * @param cfgScale classifier-free guidance: {@code un + (s + 1)(cond - un)}; 0 for none; default 0
 * @param temperature of the tokens: 0 takes the most probable; default 0
 * @param suppressTokens ids that are never predicted; default none
 * @param endId the token after whose block a block-causal model stops, -1 for the model's end tokens; default -1
 * @param cache whether a block-causal model keeps keys and values of finished blocks: exact; guidance does without; default true
 */
public record DllmSettings(
        int blockLength,
        Remasking remasking,
        double cfgScale,
        double temperature,
        List<Integer> suppressTokens,
        int endId,
        boolean cache)
        implements Serializable {

    /** Copies the list and checks the ranges. */
    public DllmSettings {
        suppressTokens = List.copyOf(suppressTokens);
        if (blockLength < 0) {
            throw new IllegalArgumentException(
                    "blockLength must be at least 1, or 0 for the whole response or the model's blocks, was "
                            + blockLength);
        }
        if (remasking == null) {
            throw new IllegalArgumentException("remasking must be low_confidence or random, was empty");
        }
        if (!(cfgScale >= 0 && Double.isFinite(cfgScale)) || !(temperature >= 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException(
                    "cfgScale and temperature must be at least 0, were " + cfgScale + " and " + temperature);
        }
    }

    /** As published. */
    public static DllmSettings defaults() {
        return new DllmSettings(0, Remasking.LOW_CONFIDENCE, 0, 0, List.of(), -1, true);
    }
}
