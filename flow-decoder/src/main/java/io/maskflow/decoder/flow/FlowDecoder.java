package io.maskflow.decoder.flow;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import java.util.ArrayList;
import java.util.List;

/**
 * The paper's decoder: all response positions flow from the mask embedding towards the predicted clean embeddings, each at
 * its own pace.
 *
 * <p>A step is: model call, prediction (Eqs. 4, 9), step fractions from the policy, flow (Eqs. 5 to 8) or re-editing
 * (Eq. 10) for each position, hard commitment. At most {@code T} steps; a response whose positions are all committed ends
 * earlier, and with {@link FlowSettings#arrival()} one whose open positions have all arrived. At the end a committed position gives its token, any other the prediction of the last model
 * call.
 *
 * <p>On a model with block-causal attention the flow goes block by block, as the model's blocks lie, and keeps keys and values
 * of finished blocks.
 *
 * @paper XF §3
 */
public final class FlowDecoder implements Decoder {

    private final FlowSettings settings;
    private final StepSizePolicy policy;

    /**
     * A decoder.
     *
     * @param settings which parts are on
     * @param policy chooses the step fractions; used from the thread that decodes
     */
    public FlowDecoder(FlowSettings settings, StepSizePolicy policy) {
        this.settings = settings;
        this.policy = policy;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        LogitRules named = new LogitRules(
                settings.logitsEosInf() ? List.of(info.maskId(), info.endId()) : List.of(info.maskId()),
                settings.confidenceEosEotInf() ? List.copyOf(info.endIds()) : List.of(),
                0f,
                CleanStatePrediction.TOP_K);
        return policy.remembers() ? named : named.withoutTopIds();
    }

    /**
     * {@inheritDoc} Taking a step throws {@link IllegalStateException} if the policy gives a fraction outside [0, 1].
     */
    @Override
    public List<? extends RowInProgress> rows(BackboneInfo info, DecodeRequest request) {
        boolean full = info.attention().isFull();
        if (!settings.laterBlocksFed() && full) {
            throw new IllegalArgumentException("laterBlocksFed must be true for a model with full attention, was false"
                    + " (model " + info.name() + ")");
        }
        FlowSettings blockwise =
                full ? settings : settings.underBlocks(info.attention().blockLength());
        List<FlowRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            BlockSchedule schedule = full
                    ? BlockSchedule.of(request.responseLength(), settings.blockLength(), request.steps())
                    : BlockSchedule.under(info, "flow", settings.blockLength(), sample.promptIds().length, request);
            rows.add(new FlowRow(blockwise, policy, rows.size(), sample, schedule, request.responseLength()));
        }
        return rows;
    }
}
