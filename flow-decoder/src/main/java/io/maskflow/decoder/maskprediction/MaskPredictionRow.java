package io.maskflow.decoder.maskprediction;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.MaskingRow;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.StateUpdate;
import java.util.Arrays;

/** Mask prediction at work on one response: which positions are filled, its block, its step index. */
final class MaskPredictionRow implements MaskingRow {

    private static final float[] NONE = {};

    private final MaskPredictionSettings settings;
    private final RemaskingDraws draws;
    private final int row;
    private final DecodeRequest.Sample sample;
    private final BlockSchedule schedule;
    private final int maskId;

    private final int[] tokens;
    private final boolean[] masked;
    private int block;
    private int step;

    MaskPredictionRow(
            MaskPredictionSettings settings,
            RemaskingDraws draws,
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
        this.tokens = new int[schedule.responseLength()];
        this.masked = new boolean[schedule.responseLength()];
        Arrays.fill(masked, true);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int length = schedule.length(block);
        int[] predicted = new int[length];
        float[] confidence = new float[length];
        double[] score = new double[length];
        boolean[] before = Arrays.copyOfRange(masked, from, from + length);
        for (int i = 0; i < length; i++) {
            // the mask token is no prediction: where it is the most probable, the second takes its place
            boolean mask = seen.argmax(from + i) == maskId;
            predicted[i] = mask ? seen.topId(from + i, 1) : seen.argmax(from + i);
            confidence[i] = mask ? seen.topProbability(from + i, 1) : seen.confidence(from + i);
            double draw = settings.remasking() == Remasking.RANDOM ? draws.draw(sample.key(), step, from + i) : 0;
            score[i] = settings.remasking().score(seen, from + i, confidence[i], draw);
        }
        boolean[] filled = chooseFilled(score, before);
        for (int i = 0; i < length; i++) {
            if (filled[i]) {
                tokens[from + i] = predicted[i];
                masked[from + i] = false;
                update.clean(from + i, predicted[i]);
            }
        }
        DecodingStep happened = new DecodingStep(
                row,
                step,
                schedule.steps(),
                from,
                predicted,
                confidence,
                before,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                NONE,
                new boolean[0],
                -1,
                filled);
        step++;
        if (maskedIn(from, length) == 0) {
            block++;
            step = schedule.firstStep(block);
        }
        return happened;
    }

    private boolean[] chooseFilled(double[] score, boolean[] open) {
        boolean[] filled = new boolean[score.length];
        boolean parallel = settings.threshold() > 0;
        int count = parallel ? 1 : scheduledCount();
        for (int n = 0; n < count; n++) {
            int best = -1;
            for (int i = 0; i < score.length; i++) {
                if (open[i] && !filled[i] && (best < 0 || score[i] > score[best])) {
                    best = i;
                }
            }
            if (best >= 0) {
                filled[best] = true;
            }
        }
        boolean lastStep = step + 1 == schedule.firstStep(block + 1);
        for (int i = 0; parallel && i < score.length; i++) {
            filled[i] |= open[i] && (lastStep || score[i] >= settings.threshold());
        }
        return filled;
    }

    private int scheduledCount() {
        int[] perStep = TransferSchedule.tokensPerStep(schedule.length(block), schedule.steps(block));
        return perStep[step - schedule.firstStep(block)];
    }

    private int maskedIn(int from, int length) {
        int count = 0;
        for (int i = from; i < from + length; i++) {
            count += masked[i] ? 1 : 0;
        }
        return count;
    }

    @Override
    public boolean masked(int i) {
        return masked[i];
    }

    @Override
    public boolean finished() {
        return block == schedule.blocks();
    }

    @Override
    public int[] tokens() {
        return tokens;
    }

    /** Every position was decided: 1. */
    @Override
    public float[] finalProgress() {
        float[] ones = new float[tokens.length];
        Arrays.fill(ones, 1f);
        return ones;
    }
}
