package io.maskflow.decoder.masking;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.backbone.BackboneInfo;
import java.util.List;

/**
 * A decoder whose positions either hold a token or are masked. What is fed at the masked ones is left open: the mask
 * embedding as it stands, or the soft mask of {@code softmask}, which wraps any decoder of this kind.
 */
public interface MaskingDecoder extends Decoder {

    @Override
    List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request);
}
