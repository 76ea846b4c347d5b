package io.maskflow.decoder;

import io.maskflow.decoder.backbone.MaskPredictor;
import java.io.Serializable;
import java.util.List;

/**
 * A way to turn a prompt into a response with a mask predictor, in at most {@code T} steps.
 *
 * <p>Implementations are immutable and may be shared between threads and sent to other processes; a backbone may not.
 */
public interface Decoder extends Serializable {

    /**
     * Decodes a batch.
     *
     * @param backbone the mask predictor, used by this call only
     * @param request rows, length, steps
     * @param observer sees every step; {@link DecodingObserver#NONE} to watch nothing
     * @return one response per row, in the order of the request
     */
    List<DecodedResponse> decode(MaskPredictor backbone, DecodeRequest request, DecodingObserver observer);
}
