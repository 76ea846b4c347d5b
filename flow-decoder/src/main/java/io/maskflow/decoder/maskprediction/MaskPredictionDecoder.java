package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.MaskingDecoder;
import io.maskflow.decoder.MaskingRow;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import java.util.ArrayList;
import java.util.List;

/**
 * The standard decoder of masked diffusion models: predict all masked positions, keep the best, mask the rest again.
 *
 * <p>As LLaDA's published {@code generate} at temperature 0: blocks one after the other, in each a fixed number of
 * positions per step; the argmax of the raw logits is filled in. Two things differ where the published code would waste a
 * call or emit the mask token: steps that would fill nothing are left out (a budget above 1), and where the mask token is
 * the most probable one the second takes its place. With a threshold it is Fast-dLLM's parallel decoding without a cache;
 * the last step of a block's share fills what is left.
 *
 * @paper XF §2 standard discrete sampling
 */
public final class MaskPredictionDecoder implements MaskingDecoder {

    /** The best two: confidence, margin, and a substitute for the mask token. */
    private static final int TOP_K = 2;

    private final MaskPredictionSettings settings;
    private final RemaskingDraws draws;

    /** A decoder whose random draws, if it needs any, follow from each sample's key. */
    public MaskPredictionDecoder(MaskPredictionSettings settings) {
        this(settings, RemaskingDraws.KEYED);
    }

    /**
     * A decoder with given draws.
     *
     * @param settings how it decodes
     * @param draws uniform numbers of random remasking
     */
    public MaskPredictionDecoder(MaskPredictionSettings settings, RemaskingDraws draws) {
        this.settings = settings;
        this.draws = draws;
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalArgumentException if the steps are fewer than the blocks
     */
    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        BlockSchedule schedule = BlockSchedule.of(request.responseLength(), settings.blockLength(), request.steps());
        List<MaskPredictionRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            rows.add(new MaskPredictionRow(settings, draws, rows.size(), sample, schedule, info.maskId()));
        }
        return rows;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        List<Integer> eos = settings.eosId() < 0 ? List.copyOf(info.endIds()) : List.of(settings.eosId());
        List<Integer> eosAndEot = new ArrayList<>(eos);
        if (settings.eotId() >= 0) {
            eosAndEot.add(settings.eotId());
        }
        return new LogitRules(
                settings.logitsEosInf() ? eos : List.of(),
                settings.confidenceEosEotInf() ? eosAndEot : List.of(),
                (float) settings.cfgScale(),
                TOP_K);
    }
}
