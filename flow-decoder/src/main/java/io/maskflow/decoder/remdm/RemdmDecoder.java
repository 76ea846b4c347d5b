package io.maskflow.decoder.remdm;

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
 * ReMDM (arXiv 2503.00307): masked diffusion whose filled positions may be masked again, so that early mistakes can be
 * put right.
 *
 * <p>Each step, a masked position is filled or stays masked, and a filled one stays or is masked again, by the
 * probabilities of {@link RemaskingSchedule}. The mask token is taken out of the logits first; a filled position keeps
 * its token until it is masked (the SUBS form of MDLM). Every step makes a model call; the last one fills everything.
 */
public final class RemdmDecoder implements MaskingDecoder {

    private final RemdmSettings settings;
    private final Draws draws;

    /**
     * Uniform numbers of a decoding.
     *
     * @param positions which positions are filled and which are masked again
     * @param tokens which tokens are filled in
     */
    public record Draws(PositionDraws positions, PositionDraws tokens) implements Serializable {

        /** Numbers that follow from each sample's key. */
        public static final Draws KEYED = new Draws(PositionDraws.keyed("remask"), PositionDraws.keyed("token"));
    }

    /** A decoder whose draws follow from each sample's key. */
    public RemdmDecoder(RemdmSettings settings) {
        this(settings, Draws.KEYED);
    }

    /** A decoder with given draws. */
    public RemdmDecoder(RemdmSettings settings, Draws draws) {
        this.settings = settings;
        this.draws = draws;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return LogitRules.without(info.maskId(), 1).withShaping(settings.shaping());
    }

    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        info.requireFullAttention("remdm");
        RemaskingSchedule schedule = new RemaskingSchedule(settings, request.steps());
        List<RemdmRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            rows.add(new RemdmRow(schedule, draws, rows.size(), sample.key(), request.responseLength()));
        }
        return rows;
    }
}
