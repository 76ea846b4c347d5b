package io.maskflow.decoder;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.List;

/** A decoder whose every model attends in blocks of the text, whatever the model was made for. */
public record UnderBlocks(Decoder decoder, int blockLength) implements Decoder {

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return decoder.logitRules(info);
    }

    @Override
    public List<? extends RowInProgress> rows(BackboneInfo info, DecodeRequest request) {
        return decoder.rows(info, request);
    }

    @Override
    public List<DecodedResponse> decode(MaskPredictor backbone, DecodeRequest request, DecodingObserver observer) {
        return decoder.decode(backbone.under(AttentionRule.blocksOfText(blockLength)), request, observer);
    }
}
