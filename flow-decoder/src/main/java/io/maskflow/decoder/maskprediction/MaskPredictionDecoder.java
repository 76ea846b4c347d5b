package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Shaping;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.random.PositionDraws;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The standard decoder of masked diffusion models: predict all masked positions, keep the best, mask the rest again.
 *
 * <p>As LLaDA's published {@code generate}: blocks one after the other, in each a fixed number of positions per step; the
 * argmax of the raw logits is filled in, or a draw at a temperature. Two things differ where the published code would
 * waste a call or emit the mask token: steps that would fill nothing are left out (a budget above 1), and where the mask
 * token is the most probable one the second takes its place. With a threshold it is Fast-dLLM's parallel decoding; the
 * last step of a block's share fills what is left. With a cache, later calls of a block use keys and values of its first.
 *
 * @paper XF §2 standard discrete sampling
 */
public final class MaskPredictionDecoder implements MaskingDecoder {

    /** The best two: confidence, margin, and a substitute for the mask token. */
    private static final int TOP_K = 2;

    private final MaskPredictionSettings settings;
    private final Draws draws;

    /**
     * Uniform numbers of a decoding.
     *
     * @param remasking scores of random remasking
     * @param tokens which tokens are filled in, at a temperature above 0
     */
    public record Draws(PositionDraws remasking, PositionDraws tokens) implements Serializable {

        /** Numbers that follow from each sample's key. */
        public static final Draws KEYED = new Draws(PositionDraws.keyed("remask"), PositionDraws.keyed("token"));
    }

    /** A decoder whose random draws, if it needs any, follow from each sample's key. */
    public MaskPredictionDecoder(MaskPredictionSettings settings) {
        this(settings, Draws.KEYED);
    }

    /** A decoder with given draws. */
    public MaskPredictionDecoder(MaskPredictionSettings settings, Draws draws) {
        this.settings = settings;
        this.draws = draws;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the model's attention is block-causal, or the steps are fewer than the blocks
     */
    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        info.requireFullAttention("mask-prediction");
        BlockSchedule schedule = BlockSchedule.of(request.responseLength(), settings.blockLength(), request.steps());
        List<MaskPredictionRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            rows.add(new MaskPredictionRow(settings, draws, rows.size(), sample, schedule, info.maskId()));
        }
        return rows;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        int eos = settings.eosId() < 0 ? info.endId() : settings.eosId();
        return new LogitRules(
                        settings.logitsEosInf() ? List.of(eos) : List.of(),
                        settings.confidenceEosEotInf() ? withoutConfidence(eos, info) : List.of(),
                        (float) settings.cfgScale(),
                        TOP_K)
                .withShaping(Shaping.llada((float) settings.temperature()).never(info.maskId()));
    }

    private List<Integer> withoutConfidence(int eos, BackboneInfo info) {
        boolean eosToo = settings.temperature() == 0 || settings.eosRule() == EosRule.INTENDED;
        Set<Integer> ids = new TreeSet<>(eosToo ? Set.of(eos) : Set.of());
        if (settings.eotId() >= 0) {
            ids.add(settings.eotId());
        } else if (settings.eosId() < 0) {
            info.endIds().stream().filter(id -> id != eos).forEach(ids::add);
        }
        return List.copyOf(ids);
    }
}
