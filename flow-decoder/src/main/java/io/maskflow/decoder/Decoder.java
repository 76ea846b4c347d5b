package io.maskflow.decoder;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
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
     * What is done to the logits.
     *
     * @param info of the base model
     */
    LogitRules logitRules(BackboneInfo info);

    /**
     * Rules for the rows of a request, none finished yet.
     *
     * @param info of the base model
     * @param request prompts, length, steps
     * @return one per sample, in order
     * @throws IllegalArgumentException if the base model's attention is not what the decoder was made for, or the steps cannot serve the
     *     request
     */
    List<? extends RowInProgress> rows(BackboneInfo info, DecodeRequest request);

    /**
     * Decodes a batch.
     *
     * @param backbone the mask predictor, used by this call only
     * @param request rows, length, steps
     * @param observer sees every step; {@link DecodingObserver#NONE} to watch nothing
     * @return one response per row, in the order of the request
     */
    default List<DecodedResponse> decode(MaskPredictor backbone, DecodeRequest request, DecodingObserver observer) {
        BackboneInfo info = backbone.info();
        return DecodingLoop.run(backbone, request, logitRules(info), rows(info, request), observer);
    }
}
