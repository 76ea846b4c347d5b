package io.maskflow.decoder.softmask;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.MaskingRow;

/** The rules of the wrapped decoder, and feedback wherever they leave a mask. */
final class SoftMaskedRow implements MaskingRow {

    private final MaskingRow row;
    private final SoftMask softMask;
    private final FeedbackSchedule schedule;
    private final boolean laterBlocks;
    private final int length;
    private final int steps;

    SoftMaskedRow(
            MaskingRow row, SoftMask softMask, FeedbackSchedule schedule, boolean laterBlocks, DecodeRequest request) {
        this.row = row;
        this.softMask = softMask;
        this.schedule = schedule;
        this.laterBlocks = laterBlocks;
        this.length = request.responseLength();
        this.steps = request.steps();
    }

    @Override
    public int positions() {
        return row.positions();
    }

    @Override
    public Window window(int sessionLength) {
        return row.window(sessionLength);
    }

    @Override
    public double tokenDraw(int i) {
        return row.tokenDraw(i);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        DecodingStep happened = row.advance(seen, update);
        double t = schedule.clock() == FeedbackSchedule.Clock.STEPS
                ? Math.max(0, steps - happened.step()) / (double) steps
                : countMasked() / (double) length;
        double factor = schedule.factor(t);
        int end = laterBlocks ? Math.max(length, row.positions()) : happened.from() + happened.predicted().length;
        for (int i = 0; i < end; i++) {
            if (row.masked(i) && seen.covers(i)) {
                feed(seen, i, factor, update);
            }
        }
        return happened;
    }

    private void feed(RowPrediction seen, int i, double factor, StateUpdate.Row update) {
        if (softMask.wholeVocabulary()) {
            update.expected(i, (float) (factor * softMask.lambda(-seen.temperedEntropy(i))));
            return;
        }
        float lambda = (float) (factor * softMask.lambda(-seen.entropy(i)));
        int k = Math.min(softMask.k(), seen.topK());
        int[] tokens = new int[k];
        double[] top = new double[k];
        for (int r = 0; r < k; r++) {
            tokens[r] = seen.topId(i, r);
            top[r] = seen.topProbability(i, r);
        }
        double[] pi = SoftMask.normalised(top);
        float[] shares = new float[k];
        for (int r = 0; r < k; r++) {
            shares[r] = (float) (lambda * pi[r]);
        }
        update.mixture(i, 1f - lambda, tokens, shares);
    }

    private int countMasked() {
        int count = 0;
        for (int i = 0; i < length; i++) {
            count += row.masked(i) ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean settle(StateUpdate.Row update) {
        return row.settle(update);
    }

    @Override
    public boolean masked(int i) {
        return row.masked(i);
    }

    @Override
    public boolean finished() {
        return row.finished();
    }

    @Override
    public int[] tokens() {
        return row.tokens();
    }

    @Override
    public int[] settled() {
        return row.settled();
    }

    @Override
    public float[] finalProgress() {
        return row.finalProgress();
    }
}
