package io.maskflow.decoder.evotoken;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.masking.TransferSchedule;
import java.util.Arrays;

/** EvoToken at work on one response: its stages, its block, its step index. */
final class EvoTokenRow implements RowInProgress {

    private final EvoTokenSettings settings;
    private final int row;
    private final BlockSchedule schedule;
    private final TokenEvolution evolution;
    private int block;
    private int step;

    EvoTokenRow(EvoTokenSettings settings, int row, BlockSchedule schedule) {
        this.settings = settings;
        this.row = row;
        this.schedule = schedule;
        this.evolution = new TokenEvolution(settings, schedule.responseLength());
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int length = schedule.length(block);
        int[] predicted = new int[length];
        float[] confidence = new float[length];
        boolean[] open = new boolean[length];
        for (int i = 0; i < length; i++) {
            predicted[i] = seen.argmax(from + i);
            confidence[i] = seen.confidence(from + i);
            open[i] = evolution.stage(from + i) != TokenStage.SOFT;
        }
        boolean parallel = settings.threshold() > 0;
        boolean last = step + 1 == schedule.firstStep(block + 1);
        boolean[] changed =
                evolution.step(seen, from, from + length, parallel ? 1 : scheduledCount(), parallel && last);
        for (int i = 0; i < schedule.responseLength(); i++) {
            SoftToken fed = evolution.embedding(seen, i);
            update.mixture(i, fed.maskShare(), fed.tokens(), fed.shares());
        }
        DecodingStep happened = DecodingStep.discrete(
                row,
                step,
                schedule.steps(),
                from,
                new TokenProposal(predicted, confidence),
                open,
                changed,
                new boolean[length]);
        step++;
        if (evolution.complete(from, from + length)) {
            evolution.decode(from, from + length);
            block++;
            step = schedule.firstStep(block);
        }
        return happened;
    }

    private int scheduledCount() {
        int[] perStep = TransferSchedule.tokensPerStep(schedule.length(block), schedule.steps(block));
        return perStep[step - schedule.firstStep(block)];
    }

    @Override
    public boolean finished() {
        return block == schedule.blocks();
    }

    @Override
    public int[] tokens() {
        int[] tokens = new int[schedule.responseLength()];
        Arrays.setAll(tokens, evolution::token);
        return tokens;
    }

    /** Tokens can be exchanged until their block is done. */
    @Override
    public int[] settled() {
        return Arrays.copyOf(tokens(), finished() ? schedule.responseLength() : schedule.from(block));
    }

    /** Every position was decided: 1. */
    @Override
    public float[] finalProgress() {
        float[] ones = new float[schedule.responseLength()];
        Arrays.fill(ones, 1f);
        return ones;
    }
}
