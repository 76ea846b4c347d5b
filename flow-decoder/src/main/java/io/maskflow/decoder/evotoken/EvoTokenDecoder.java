package io.maskflow.decoder.evotoken;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import java.util.ArrayList;
import java.util.List;

/**
 * Progressive token evolution: block after block, as many positions per step as mask prediction would fill, but all
 * positions carry what was predicted for them, and a chosen token can be exchanged until its block is done.
 *
 * <p>Positions of later blocks get soft tokens too. The soft embeddings of a finished block are seen by one more call, the
 * first of the next block; after it the block is hard, as in the published sampler.
 *
 * @paper EVO Blockwise Decoding
 */
public final class EvoTokenDecoder implements Decoder {

    /** Margins need the best two. */
    private static final int LEAST = 2;

    private final EvoTokenSettings settings;

    /**
     * A decoder.
     *
     * @param settings how it decodes
     */
    public EvoTokenDecoder(EvoTokenSettings settings) {
        this.settings = settings;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return LogitRules.without(info.maskId(), Math.max(settings.k(), LEAST));
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the model's attention is block-causal, the steps are fewer than the blocks, or {@code k} tokens are not there
     */
    @Override
    public List<? extends RowInProgress> rows(BackboneInfo info, DecodeRequest request) {
        info.requireFullAttention("evotoken");
        if (settings.k() >= info.vocabularySize()) {
            throw new IllegalArgumentException("k must be below the vocabulary size " + info.vocabularySize() + " of "
                    + info.name() + ", was " + settings.k());
        }
        BlockSchedule schedule = BlockSchedule.of(request.responseLength(), settings.blockLength(), request.steps());
        List<EvoTokenRow> rows = new ArrayList<>();
        for (int row = 0; row < request.samples().size(); row++) {
            rows.add(new EvoTokenRow(settings, row, schedule));
        }
        return rows;
    }
}
