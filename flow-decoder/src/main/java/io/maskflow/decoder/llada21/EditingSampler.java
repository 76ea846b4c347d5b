package io.maskflow.decoder.llada21;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.MaskingRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * LLaDA2.1's published sampler: block after block, as the model's blocks lie. A call fills the masked positions of the block that
 * are sure, and at the same time replaces tokens of the block by others that are surer still; when a block is full, a few more
 * calls edit it.
 *
 * <p>The budget is a ceiling here: it is shared evenly among the blocks, and the last call of a block's share fills what is
 * left.
 */
public final class EditingSampler implements MaskingDecoder {

    private static final int TOP_K = 2;

    private final EditingSettings settings;

    /** A decoder; it draws nothing. */
    public EditingSampler(EditingSettings settings) {
        this.settings = settings;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return LogitRules.plain(TOP_K);
    }

    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        Set<Integer> ends = settings.endId() < 0 ? info.endIds() : Set.of(settings.endId());
        List<EditingRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            BlockSchedule schedule = BlockSchedule.under(info, "llada2.1", 0, sample.promptIds().length, request);
            rows.add(new EditingRow(settings, ends, schedule, rows.size(), request.responseLength(), info.maskId()));
        }
        return rows;
    }
}
