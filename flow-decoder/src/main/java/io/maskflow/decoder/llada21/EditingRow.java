package io.maskflow.decoder.llada21;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.MaskedResponse;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.masking.Ranking;
import java.util.Set;

/** LLaDA2.1's sampler at work on one response. */
final class EditingRow implements MaskingRow {

    private final EditingSettings settings;
    private final Set<Integer> ends;
    private final BlockSchedule schedule;
    private final int row;
    private final int length;
    private final int maskId;
    private final MaskedResponse response;
    private int block;
    private int step;
    private int post;
    private boolean ended;

    EditingRow(EditingSettings settings, Set<Integer> ends, BlockSchedule schedule, int row, int length, int maskId) {
        this.settings = settings;
        this.ends = ends;
        this.schedule = schedule;
        this.row = row;
        this.length = length;
        this.maskId = maskId;
        this.response = new MaskedResponse(schedule.responseLength());
    }

    @Override
    public int positions() {
        return schedule.responseLength();
    }

    @Override
    public Window window(int positions) {
        if (settings.cache()) {
            return schedule.causalWindow(block, step == schedule.firstStep(block));
        }
        int to = schedule.from(block) + schedule.length(block);
        return Window.upTo(to).wanting(schedule.from(block), to);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int size = schedule.length(block);
        TokenProposal proposal = TokenProposal.of(seen, from, size, maskId);
        boolean[] open = response.masked(from, size);
        boolean last = step + 1 == schedule.firstStep(block + 1);
        boolean[] filled = last ? open.clone() : sure(proposal, open);
        boolean active = response.left(from, size) > 0;
        boolean edited = false;
        for (int i = 0; i < size; i++) {
            int token = proposal.token()[i];
            boolean edit = !open[i]
                    && proposal.confidence()[i] > settings.editingThreshold()
                    && token != response.token(from + i);
            if (filled[i] || edit) {
                response.fill(from + i, token, update);
            }
            filled[i] |= edit;
            edited |= edit;
        }
        DecodingStep happened =
                DecodingStep.discrete(row, step, schedule.steps(), from, proposal, open, filled, new boolean[size]);
        step++;
        boolean full = response.left(from, size) == 0;
        boolean done = !active && !edited || full && ++post > settings.postSteps();
        if (done || last) {
            ended = settings.earlyStop() && holdsEnd(from + size);
            block++;
            post = 0;
            step = schedule.firstStep(block);
        }
        return happened;
    }

    /** Those above the threshold if they are enough, else the most probable ones. */
    private boolean[] sure(TokenProposal proposal, boolean[] open) {
        double[] score = new double[open.length];
        boolean[] sure = new boolean[open.length];
        int count = 0;
        for (int i = 0; i < open.length; i++) {
            score[i] = proposal.confidence()[i];
            sure[i] = open[i] && score[i] > settings.threshold();
            count += sure[i] ? 1 : 0;
        }
        return count >= settings.leastFilled() ? sure : Ranking.best(score, open, settings.leastFilled());
    }

    private boolean holdsEnd(int to) {
        for (int i = 0; i < to; i++) {
            if (ends.contains(response.token(i))) {
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

    /** Where decoding ended early, the first end token stands behind it too. */
    @Override
    public int[] tokens() {
        int[] tokens = response.tokens(length);
        int end = -1;
        for (int i = 0; i < length; i++) {
            if (response.masked(i)) {
                tokens[i] = tokens[end];
            } else if (end < 0 && ends.contains(tokens[i])) {
                end = i;
            }
        }
        return tokens;
    }

    @Override
    public float[] finalProgress() {
        return MaskedResponse.decided(length);
    }
}
