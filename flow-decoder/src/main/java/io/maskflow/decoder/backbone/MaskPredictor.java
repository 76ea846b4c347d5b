package io.maskflow.decoder.backbone;

import java.util.List;

/**
 * A masked diffusion language model {@code f_theta}: token embeddings in, a distribution over the vocabulary out, for
 * every position at once (XF Eq. 2).
 *
 * <p>Used by one thread at a time. Owns native memory: whoever opens it closes it.
 */
public interface MaskPredictor extends AutoCloseable {

    /** What decoders need to know of the model: ids, sizes, quirks. */
    BackboneInfo info();

    /**
     * Starts decoding a batch: every response position holds the mask embedding.
     *
     * @param prompts {@code [B][*]} prompt token ids; lengths may differ (rows are padded on the left and the padding
     *     is invisible to attention). Consecutive rows with the identical array object are copies of one prompt
     * @param responseLength {@code N}
     * @param attention which positions see which
     * @return the state of the batch, closed by the caller
     */
    DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention);

    /** The same with the attention that the model was made for: what decoders use. */
    default DecodingSession open(List<int[]> prompts, int responseLength) {
        return open(prompts, responseLength, info().attention());
    }

    /** A view of this model with another rule, for golden cases and tests; this model stays the caller's to close. */
    default MaskPredictor under(AttentionRule rule) {
        return new RuledPredictor(this, rule);
    }

    @Override
    void close();
}
