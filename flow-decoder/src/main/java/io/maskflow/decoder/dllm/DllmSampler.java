package io.maskflow.decoder.dllm;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.Shaping;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.random.PositionDraws;
import java.util.ArrayList;
import java.util.List;

/**
 * dllm's published samplers for models made from autoregressive ones: {@code mdlm} where attention is full, {@code bd3lm} where it
 * is block-causal. As LLaDA's sampler, with a schedule that follows the noise level and may need fewer calls than steps.
 *
 * <p>Every block has {@code ceil(T / blocks)} steps, as published, so that up to {@code blocks - 1} calls more than T may be
 * made.
 */
public final class DllmSampler implements MaskingDecoder {

    private static final int TOP_K = 2;

    private final DllmSettings settings;
    private final PositionDraws remasking;
    private final PositionDraws tokens;

    /** A decoder whose random draws, if it needs any, follow from each sample's key. */
    public DllmSampler(DllmSettings settings) {
        this(settings, PositionDraws.keyed("remask"), PositionDraws.keyed("token"));
    }

    /** A decoder with given draws. */
    public DllmSampler(DllmSettings settings, PositionDraws remasking, PositionDraws tokens) {
        this.settings = settings;
        this.remasking = remasking;
        this.tokens = tokens;
    }

    @Override
    public LogitRules logitRules(BackboneInfo info) {
        return new LogitRules(settings.suppressTokens(), List.of(), (float) settings.cfgScale(), TOP_K)
                .withShaping(Shaping.llada((float) settings.temperature()).never(info.maskId()));
    }

    @Override
    public List<? extends MaskingRow> rows(BackboneInfo info, DecodeRequest request) {
        List<DllmRow> rows = new ArrayList<>();
        for (DecodeRequest.Sample sample : request.samples()) {
            BlockSchedule schedule = info.attention().isFull()
                    ? BlockSchedule.of(request.responseLength(), settings.blockLength(), request.steps())
                    : BlockSchedule.under(info, "dllm", settings.blockLength(), sample.promptIds().length, request);
            rows.add(new DllmRow(
                    settings, remasking, tokens, rows.size(), sample.key(), schedule, request.responseLength(), info));
        }
        return rows;
    }
}
