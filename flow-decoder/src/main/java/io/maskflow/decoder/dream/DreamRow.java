package io.maskflow.decoder.dream;

import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.masking.MaskedResponse;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.masking.Ranking;

/** Dream's sampler at work on one response. */
final class DreamRow implements MaskingRow {

    private final DreamSettings settings;
    private final DreamDecoder.Draws draws;
    private final DreamSchedule schedule;
    private final int row;
    private final SampleKey key;
    private final int length;
    private final int maskId;
    private final MaskedResponse response;
    private int step;

    DreamRow(
            DreamSettings settings,
            DreamDecoder.Draws draws,
            DreamSchedule schedule,
            int row,
            SampleKey key,
            int length,
            int maskId) {
        this.settings = settings;
        this.draws = draws;
        this.schedule = schedule;
        this.row = row;
        this.key = key;
        this.length = length;
        this.maskId = maskId;
        this.response = new MaskedResponse(length);
    }

    @Override
    public double tokenDraw(int i) {
        return draws.tokens().draw(key, step, i);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        TokenProposal proposal = TokenProposal.of(seen, 0, length, maskId);
        boolean[] open = response.masked(0, length);
        boolean[] maskedAgain = new boolean[length];
        boolean[] filled =
                switch (settings.algorithm()) {
                    case ORIGIN -> drawn(open);
                    case P2 -> planned(proposal, open, maskedAgain);
                    default -> best(seen, proposal, open);
                };
        for (int i = 0; i < length; i++) {
            if (filled[i]) {
                response.fill(i, proposal.token()[i], update);
            } else if (maskedAgain[i]) {
                response.mask(i, update);
            }
        }
        return DecodingStep.discrete(row, step++, schedule.steps(), 0, proposal, open, filled, maskedAgain);
    }

    /**
     * {@code p2} (path planning, as in Open-dLLM): of all positions the least confident are masked after this step, fewer from
     * step to step; every other masked position is filled.
     */
    private boolean[] planned(TokenProposal proposal, boolean[] open, boolean[] maskedAgain) {
        boolean[] all = new boolean[length];
        double[] doubt = new double[length];
        for (int i = 0; i < length; i++) {
            all[i] = true;
            doubt[i] = -proposal.confidence()[i];
        }
        int left = (int) (length * (float) (1 - (step + 1.0) / schedule.steps()));
        boolean[] doubted = Ranking.best(doubt, all, left);
        boolean[] filled = new boolean[length];
        for (int i = 0; i < length; i++) {
            filled[i] = open[i] && !doubted[i];
            maskedAgain[i] = !open[i] && doubted[i];
        }
        return filled;
    }

    /** {@code origin}: each masked position by its own draw. */
    private boolean[] drawn(boolean[] open) {
        boolean[] filled = new boolean[length];
        for (int i = 0; i < length; i++) {
            filled[i] = open[i] && (float) draws.positions().draw(key, step, i) < schedule.share(step);
        }
        return filled;
    }

    private boolean[] best(RowPrediction seen, TokenProposal proposal, boolean[] open) {
        double[] score = new double[length];
        for (int i = 0; i < length; i++) {
            if (open[i]) {
                score[i] = settings.algorithm().score(seen, i, proposal.confidence()[i]) + noise(i);
            }
        }
        return Ranking.best(score, open, schedule.count(step, response.left()));
    }

    /**
     * Gumbel noise: the {@code n} highest of {@code score / temperature + noise} are {@code n} draws without replacement
     * from {@code softmax(score / temperature)}.
     */
    private double noise(int i) {
        double temperature = settings.algorithmTemperature();
        return temperature == 0
                ? 0
                : -temperature * Math.log(-Math.log(draws.positions().draw(key, step, i)));
    }

    @Override
    public boolean masked(int i) {
        return response.masked(i);
    }

    @Override
    public boolean finished() {
        return response.left() == 0;
    }

    @Override
    public int[] tokens() {
        return response.tokens(length);
    }

    @Override
    public float[] finalProgress() {
        return MaskedResponse.decided(length);
    }
}
