package io.maskflow.decoder.remdm;

import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.masking.MaskedResponse;
import io.maskflow.decoder.masking.MaskingRow;

/** ReMDM at work on one response. */
final class RemdmRow implements MaskingRow {

    /** No token has this id: the mask token was taken out before. */
    private static final int NO_MASK = -1;

    private final RemaskingSchedule schedule;
    private final RemdmDecoder.Draws draws;
    private final int row;
    private final SampleKey key;
    private final int length;
    private final MaskedResponse response;
    private final double[] psi; // probability with which a position was filled
    private int step;

    RemdmRow(RemaskingSchedule schedule, RemdmDecoder.Draws draws, int row, SampleKey key, int length) {
        this.schedule = schedule;
        this.draws = draws;
        this.row = row;
        this.key = key;
        this.length = length;
        this.response = new MaskedResponse(length);
        this.psi = new double[length];
    }

    @Override
    public double tokenDraw(int i) {
        return draws.tokens().draw(key, step, i);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        TokenProposal proposal = TokenProposal.of(seen, 0, length, NO_MASK);
        boolean[] open = response.masked(0, length);
        boolean[] filled = new boolean[length];
        boolean[] masked = new boolean[length];
        boolean confidence = schedule.settings().strategy() == RemaskingStrategy.CONFIDENCE;
        double[] share = RemaskingSchedule.shares(psi, open);
        double stays = schedule.stays(step, confidence ? 0 : schedule.sigma(step, 0));
        boolean last = step == schedule.steps() - 1;
        for (int i = 0; i < length; i++) {
            double u = draws.positions().draw(key, step, i);
            filled[i] = open[i] && (last || u >= stays);
            masked[i] = !open[i] && !last && u < schedule.sigma(step, share[i]);
            if (filled[i]) {
                response.fill(i, proposal.token()[i], update);
                psi[i] = proposal.confidence()[i];
            } else if (masked[i]) {
                response.mask(i, update);
            }
        }
        return DecodingStep.discrete(row, step++, schedule.steps(), 0, proposal, open, filled, masked);
    }

    @Override
    public boolean masked(int i) {
        return response.masked(i);
    }

    @Override
    public boolean finished() {
        return step == schedule.steps();
    }

    @Override
    public int[] tokens() {
        return response.tokens(length);
    }

    /** Any token may be masked again until the last step. */
    @Override
    public int[] settled() {
        return finished() ? tokens() : new int[0];
    }

    @Override
    public float[] finalProgress() {
        return MaskedResponse.decided(length);
    }
}
