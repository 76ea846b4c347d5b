package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.MaskedResponse;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.masking.Ranking;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.decoder.masking.TransferSchedule;

/** Mask prediction at work on one response: which positions are filled, its block, its step index. */
final class MaskPredictionRow implements MaskingRow {

    private final MaskPredictionSettings settings;
    private final MaskPredictionDecoder.Draws draws;
    private final int row;
    private final DecodeRequest.Sample sample;
    private final BlockSchedule schedule;
    private final int maskId;

    private final MaskedResponse response;
    private int block;
    private int step;

    MaskPredictionRow(
            MaskPredictionSettings settings,
            MaskPredictionDecoder.Draws draws,
            int row,
            DecodeRequest.Sample sample,
            BlockSchedule schedule,
            int maskId) {
        this.settings = settings;
        this.draws = draws;
        this.row = row;
        this.sample = sample;
        this.schedule = schedule;
        this.maskId = maskId;
        this.response = new MaskedResponse(schedule.responseLength());
    }

    @Override
    public Window window(int length) {
        int from = schedule.from(block);
        int to = from + schedule.length(block);
        if (settings.cache() == BlockCache.NONE) {
            return Window.whole(length);
        }
        if (step == schedule.firstStep(block)) {
            return Window.whole(length).wanting(from, to).keeping();
        }
        return settings.cache() == BlockCache.PREFIX
                ? Window.of(from, length).wanting(from, to)
                : Window.of(from, to).attendingTo(length);
    }

    @Override
    public double tokenDraw(int i) {
        return draws.tokens().draw(sample.key(), step, i);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int length = schedule.length(block);
        TokenProposal proposal = TokenProposal.of(seen, from, length, maskId);
        double[] score = new double[length];
        boolean[] open = response.masked(from, length);
        boolean random = settings.remasking() == Remasking.RANDOM;
        for (int i = 0; i < length; i++) {
            double draw = random ? draws.remasking().draw(sample.key(), step, from + i) : 0;
            score[i] = settings.remasking().score(seen, from + i, proposal.confidence()[i], draw);
        }
        boolean[] filled = chooseFilled(score, open);
        for (int i = 0; i < length; i++) {
            if (filled[i]) {
                response.fill(from + i, proposal.token()[i], update);
            }
        }
        DecodingStep happened =
                DecodingStep.discrete(row, step, schedule.steps(), from, proposal, open, filled, new boolean[length]);
        boolean firstCall = step == schedule.firstStep(block);
        step++;
        if (response.left(from, length) == 0 && !(firstCall && callsOnceMore())) {
            block++;
            step = schedule.firstStep(block);
        }
        return happened;
    }

    /** Whether the published cached samplers' superfluous call for a complete block is wanted, and within the budget. */
    private boolean callsOnceMore() {
        return settings.cache() != BlockCache.NONE && settings.extraCall() && step < schedule.firstStep(block + 1);
    }

    private boolean[] chooseFilled(double[] score, boolean[] open) {
        boolean lastStep = step + 1 == schedule.firstStep(block + 1);
        if (settings.factor() > 0) {
            return lastStep
                    ? open.clone()
                    : Ranking.best(score, open, FactorRule.count(score, open, settings.factor()));
        }
        if (settings.threshold() == 0) {
            return Ranking.best(score, open, scheduledCount());
        }
        boolean[] filled = Ranking.best(score, open, 1);
        for (int i = 0; i < score.length; i++) {
            filled[i] |= open[i] && (lastStep || settings.remasking().sure(score[i], settings.threshold()));
        }
        return filled;
    }

    private int scheduledCount() {
        int[] perStep = TransferSchedule.tokensPerStep(schedule.length(block), schedule.steps(block));
        return perStep[step - schedule.firstStep(block)];
    }

    @Override
    public boolean masked(int i) {
        return response.masked(i);
    }

    @Override
    public boolean finished() {
        return block == schedule.blocks();
    }

    @Override
    public int[] tokens() {
        return response.tokens(schedule.responseLength());
    }

    @Override
    public float[] finalProgress() {
        return MaskedResponse.decided(schedule.responseLength());
    }
}
