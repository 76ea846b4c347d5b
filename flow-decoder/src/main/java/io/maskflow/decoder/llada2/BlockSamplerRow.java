package io.maskflow.decoder.llada2;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.MaskedResponse;
import io.maskflow.decoder.masking.MaskingRow;
import io.maskflow.decoder.masking.Ranking;
import io.maskflow.decoder.masking.TransferSchedule;
import io.maskflow.decoder.random.PositionDraws;
import java.util.Set;
import java.util.stream.IntStream;

/** LLaDA2's block sampler at work on one response. */
final class BlockSamplerRow implements MaskingRow {

    private static final int NOWHERE = -1;

    private final BlockSamplerSettings settings;
    private final PositionDraws draws;
    private final Set<Integer> ends;
    private final BlockSchedule schedule;
    private final int row;
    private final SampleKey key;
    private final int length;
    private final int maskId;
    private final MaskedResponse response;
    private int block;
    private int step;
    private int end = NOWHERE;

    BlockSamplerRow(
            BlockSamplerSettings settings,
            PositionDraws draws,
            Set<Integer> ends,
            BlockSchedule schedule,
            int row,
            SampleKey key,
            int length,
            int maskId) {
        this.settings = settings;
        this.draws = draws;
        this.ends = ends;
        this.schedule = schedule;
        this.row = row;
        this.key = key;
        this.length = length;
        this.maskId = maskId;
        this.response = new MaskedResponse(schedule.responseLength());
    }

    @Override
    public int positions() {
        return schedule.responseLength();
    }

    /** The blocks behind the current one are not fed; those before it once, when they are finished. */
    @Override
    public Window window(int length) {
        if (settings.cache()) {
            return schedule.causalWindow(block, step == schedule.firstStep(block));
        }
        int to = schedule.from(block) + schedule.length(block);
        return Window.upTo(to).wanting(schedule.from(block), to);
    }

    @Override
    public double tokenDraw(int i) {
        return draws.draw(key, step, i);
    }

    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int size = schedule.length(block);
        TokenProposal proposal = TokenProposal.of(seen, from, size, maskId);
        boolean[] open = response.masked(from, size);
        boolean[] filled = chooseFilled(proposal, open);
        boolean endFilled = false;
        for (int i = 0; i < size; i++) {
            if (filled[i]) {
                response.fill(from + i, proposal.token()[i], update);
                endFilled |= ends.contains(proposal.token()[i]);
            }
        }
        DecodingStep happened =
                DecodingStep.discrete(row, step, schedule.steps(), from, proposal, open, filled, new boolean[size]);
        step++;
        if (settings.earlyStop() && endFilled) {
            end = firstEnd();
        }
        if (end == NOWHERE && response.left(from, size) == 0) {
            end = firstEnd();
            block++;
            step = schedule.firstStep(block);
        }
        return happened;
    }

    private boolean[] chooseFilled(TokenProposal proposal, boolean[] open) {
        int scheduled = TransferSchedule.tokensPerStep(schedule.blockLength(), schedule.steps(block))[
                step - schedule.firstStep(block)];
        if (settings.sequential()) {
            double[] fromTheLeft =
                    IntStream.range(0, open.length).mapToDouble(i -> -i).toArray();
            return Ranking.best(fromTheLeft, open, scheduled);
        }
        double[] score = new double[open.length];
        boolean[] sure = new boolean[open.length];
        int count = 0;
        for (int i = 0; i < open.length; i++) {
            score[i] = proposal.confidence()[i];
            sure[i] = open[i] && score[i] > settings.threshold();
            count += sure[i] ? 1 : 0;
        }
        return count >= scheduled ? sure : Ranking.best(score, open, scheduled);
    }

    /** Position of the first end token, if no masked position stands before it. */
    private int firstEnd() {
        for (int i = 0; i < schedule.responseLength() && !response.masked(i); i++) {
            if (ends.contains(response.token(i))) {
                return i;
            }
        }
        return NOWHERE;
    }

    @Override
    public boolean masked(int i) {
        return response.masked(i);
    }

    @Override
    public boolean finished() {
        return end != NOWHERE || block == schedule.blocks();
    }

    /** Behind the end token every position holds it too. */
    @Override
    public int[] tokens() {
        int[] tokens = response.tokens(length);
        for (int i = end + 1; end != NOWHERE && i < length; i++) {
            tokens[i] = tokens[end];
        }
        return tokens;
    }

    @Override
    public float[] finalProgress() {
        return MaskedResponse.decided(length);
    }
}
