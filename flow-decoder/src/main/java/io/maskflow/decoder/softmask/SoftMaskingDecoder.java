package io.maskflow.decoder.softmask;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.MaskingRow;
import java.util.ArrayList;
import java.util.List;

/**
 * Any decoder with masked positions, with soft masks in place of the mask embedding: it decides as before which positions
 * are unmasked, and each that stays masked carries what was predicted for it into the next call.
 *
 * <p>The first call sees binary masks. Blocks, thresholds, guidance and remasking are those of the wrapped decoder; the
 * distribution that is fed back is the one that it decides on.
 *
 * @paper SM Sec. 3.1
 */
public final class SoftMaskingDecoder implements MaskingDecoder {

    private final MaskingDecoder unmasking;
    private final SoftMask softMask;
    private final FeedbackSchedule schedule;
    private final boolean laterBlocks;

    /**
     * A decoder with soft masks.
     *
     * @param unmasking decides what is unmasked
     * @param softMask what is fed back
     * @param schedule how the feedback depends on time
     * @param laterBlocks whether positions of blocks that are not yet decoded get feedback too
     */
    public SoftMaskingDecoder(
            MaskingDecoder unmasking, SoftMask softMask, FeedbackSchedule schedule, boolean laterBlocks) {
        this.unmasking = unmasking;
        this.softMask = softMask;
        this.schedule = schedule;
        this.laterBlocks = laterBlocks;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        LogitRules rules = unmasking.logitRules(info);
        return softMask.wholeVocabulary()
                ? rules.withExpectation((float) softMask.temperature())
                : rules.withTopK(Math.min(softMask.k(), info.vocabularySize()));
    }

    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        List<SoftMaskedRow> rows = new ArrayList<>();
        for (MaskingRow row : unmasking.rows(info, request)) {
            rows.add(new SoftMaskedRow(row, softMask, schedule, laterBlocks, request));
        }
        return rows;
    }
}
