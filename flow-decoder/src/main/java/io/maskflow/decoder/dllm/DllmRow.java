package io.maskflow.decoder.dllm;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.MaskedResponse;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.masking.Ranking;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.decoder.random.PositionDraws;

/** dllm's samplers at work on one response. */
final class DllmRow implements MaskingRow {

    private final DllmSettings settings;
    private final PositionDraws remasking;
    private final PositionDraws tokens;
    private final int row;
    private final SampleKey key;
    private final BlockSchedule schedule;
    private final int length;
    private final BackboneInfo info;
    private final MaskedResponse response;
    private int[] counts;
    private int block;
    private int call; // of the block
    private int step;
    private boolean ended;

    DllmRow(
            DllmSettings settings,
            PositionDraws remasking,
            PositionDraws tokens,
            int row,
            SampleKey key,
            BlockSchedule schedule,
            int length,
            BackboneInfo info) {
        this.settings = settings;
        this.remasking = remasking;
        this.tokens = tokens;
        this.row = row;
        this.key = key;
        this.schedule = schedule;
        this.length = length;
        this.info = info;
        this.response = new MaskedResponse(schedule.responseLength());
        this.counts = counts();
    }

    private int[] counts() {
        int steps = (schedule.steps() + schedule.blocks() - 1) / schedule.blocks();
        return UnmaskingSchedule.tokensPerStep(schedule.length(block), steps);
    }

    @Override
    public int positions() {
        return schedule.responseLength();
    }

    @Override
    public Window window(int positions) {
        int from = schedule.from(block);
        int to = from + schedule.length(block);
        if (info.attention().isFull()) {
            return Window.whole(positions);
        }
        return settings.cache() && settings.cfgScale() == 0
                ? schedule.causalWindow(block, call == 0)
                : Window.upTo(to).wanting(from, to);
    }

    @Override
    public double tokenDraw(int i) {
        return tokens.draw(key, step, i);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int size = schedule.length(block);
        TokenProposal proposal = TokenProposal.of(seen, from, size, info.maskId());
        boolean[] open = response.masked(from, size);
        double[] score = new double[size];
        boolean random = settings.remasking() == Remasking.RANDOM;
        for (int i = 0; i < size; i++) {
            double draw = random ? remasking.draw(key, step, from + i) : 0;
            score[i] = settings.remasking().score(seen, from + i, proposal.confidence()[i], draw);
        }
        boolean[] filled = Ranking.best(score, open, counts[call]);
        for (int i = 0; i < size; i++) {
            if (filled[i]) {
                response.fill(from + i, proposal.token()[i], update);
            }
        }
        DecodingStep happened =
                DecodingStep.discrete(row, step, schedule.steps(), from, proposal, open, filled, new boolean[size]);
        step++;
        call++;
        if (call == counts.length) {
            ended = !info.attention().isFull() && holdsEnd(from, from + size);
            block++;
            call = 0;
            counts = block < schedule.blocks() ? counts() : counts;
        }
        return happened;
    }

    private boolean holdsEnd(int from, int to) {
        for (int i = from; i < to; i++) {
            if ((settings.endId() < 0
                    ? info.endIds().contains(response.token(i))
                    : settings.endId() == response.token(i))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean masked(int i) {
        return response.masked(i);
    }

    @Override
    public boolean finished() {
        return ended || block == schedule.blocks();
    }

    /** Where decoding ended before the last block, the end token fills the rest. */
    @Override
    public int[] tokens() {
        int[] ids = response.tokens(length);
        for (int i = 0; i < length; i++) {
            ids[i] = response.masked(i) ? info.endId() : ids[i];
        }
        return ids;
    }

    @Override
    public float[] finalProgress() {
        return MaskedResponse.decided(length);
    }
}
