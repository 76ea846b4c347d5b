package io.maskflow.decoder;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.List;

/**
 * A decoder whose positions either hold a token or are masked. What is fed at the masked ones is left open: the mask
 * embedding as it stands, or the soft mask of {@code softmask}, which wraps any decoder of this kind.
 */
public interface MaskingDecoder extends Decoder {

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
     * @throws IllegalArgumentException if the steps cannot serve the request, or the base model's attention is not what the
     *     decoder was made for
     */
    List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request);

    @Override
    default List<DecodedResponse> decode(MaskPredictor backbone, DecodeRequest request, DecodingObserver observer) {
        BackboneInfo info = backbone.info();
        return DecodingLoop.run(backbone, request, logitRules(info), rows(info, request), observer);
    }
}
