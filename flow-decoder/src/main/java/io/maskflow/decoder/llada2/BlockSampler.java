package io.maskflow.decoder.llada2;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.random.PositionDraws;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * LLaDA2's published block sampler: block after block, aligned to multiples of the block length in absolute position, each
 * seeing only the blocks before it.
 *
 * <p>A step fills every masked position of the block whose token is more probable than a threshold, if these are at least
 * as many as an even schedule over the block's steps asks for, and the scheduled number of the most probable ones
 * otherwise. After a block that holds an end token nothing more is decoded; what follows is filled with that token. The
 * budget is shared evenly among the blocks. The last block is decoded up to its end and cut afterwards.
 */
public final class BlockSampler implements MaskingDecoder {

    /** The best two: confidence, and a substitute for the mask token. */
    private static final int TOP_K = 2;

    private final BlockSamplerSettings settings;
    private final PositionDraws draws;

    /** A decoder whose random draws, if it needs any, follow from each sample's key. */
    public BlockSampler(BlockSamplerSettings settings) {
        this(settings, PositionDraws.keyed("token"));
    }

    /**
     * A decoder with given draws.
     *
     * @param settings how it decodes
     * @param draws uniform numbers of the tokens
     */
    public BlockSampler(BlockSamplerSettings settings, PositionDraws draws) {
        this.settings = settings;
        this.draws = draws;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return LogitRules.plain(TOP_K).withShaping(settings.shaping().never(info.maskId()));
    }

    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        Set<Integer> ends = settings.endId() < 0 ? info.endIds() : Set.of(settings.endId());
        List<BlockSamplerRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            BlockSchedule schedule =
                    BlockSchedule.under(info, "llada2", settings.blockLength(), sample.promptIds().length, request);
            rows.add(new BlockSamplerRow(
                    settings,
                    draws,
                    ends,
                    schedule,
                    rows.size(),
                    sample.key(),
                    request.responseLength(),
                    info.maskId()));
        }
        return rows;
    }
}
