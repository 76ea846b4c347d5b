package io.maskflow.decoder.dream;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.random.PositionDraws;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * Dream's published sampler: in each step a share of the masked positions, by its time schedule, is filled for good.
 *
 * <p>For any base model; the shift of Dream's logits by one is the session's affair. The response is one block. Where the
 * mask token would be filled in, the second most probable one takes its place; it is never drawn.
 */
public final class DreamDecoder implements MaskingDecoder {

    /** The best two: confidence, margin, and a substitute for the mask token. */
    private static final int TOP_K = 2;

    private final DreamSettings settings;
    private final Draws draws;

    /**
     * Uniform numbers of a decoding.
     *
     * @param positions which positions are filled ({@code origin}, or a temperature of the algorithm)
     * @param tokens which tokens are filled in (a temperature)
     */
    public record Draws(PositionDraws positions, PositionDraws tokens) implements Serializable {

        /** Numbers that follow from each sample's key. */
        public static final Draws KEYED = new Draws(PositionDraws.keyed("transfer"), PositionDraws.keyed("token"));
    }

    /** A decoder whose random draws, if it needs any, follow from each sample's key. */
    public DreamDecoder(DreamSettings settings) {
        this(settings, Draws.KEYED);
    }

    /** A decoder with given draws. */
    public DreamDecoder(DreamSettings settings, Draws draws) {
        this.settings = settings;
        this.draws = draws;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return LogitRules.plain(TOP_K).withShaping(settings.shaping().never(info.maskId()));
    }

    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        info.requireFullAttention("dream");
        DreamSchedule schedule = new DreamSchedule(request.steps(), (float) settings.eps());
        List<DreamRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            rows.add(new DreamRow(
                    settings, draws, schedule, rows.size(), sample.key(), request.responseLength(), info.maskId()));
        }
        return rows;
    }
}
