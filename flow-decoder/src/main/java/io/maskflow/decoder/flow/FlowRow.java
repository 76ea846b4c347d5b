package io.maskflow.decoder.flow;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.backbone.Window;
import java.util.Arrays;

/** The flow at work on one response: its state, its block, its step index. */
final class FlowRow implements RowInProgress {

    private static final boolean[] NOTHING_FILLED = {};
    private static final int[] NOTHING_COMMITTED = {};

    private final FlowSettings settings;
    private final StepSizePolicy policy;
    private final int row;
    private final DecodeRequest.Sample sample;
    private final BlockSchedule schedule;
    private final int responseLength;

    private final int[] tokens;
    private final float[] finalProgress;
    private final boolean heaviest;
    private final TokenShares shares;
    private final PositionMemory.Book book; // null: the policy does not look at it
    private FlowState state;
    private int block;
    private int step;
    private boolean blockJustRead;

    FlowRow(
            FlowSettings settings,
            StepSizePolicy policy,
            int row,
            DecodeRequest.Sample sample,
            BlockSchedule schedule,
            int responseLength) {
        this.settings = settings;
        this.policy = policy;
        this.row = row;
        this.sample = sample;
        this.schedule = schedule;
        this.responseLength = responseLength;
        this.tokens = new int[schedule.responseLength()];
        this.finalProgress = new float[schedule.responseLength()];
        this.state = FlowState.start(schedule.responseLength());
        this.heaviest = settings.readOut() == ReadOut.HEAVIEST_TOKEN;
        this.shares = new TokenShares(heaviest ? schedule.responseLength() : 0);
        this.book = policy.remembers() ? new PositionMemory.Book(schedule.responseLength()) : null;
    }

    @Override
    public int positions() {
        return schedule.responseLength();
    }

    /**
     * Everything, or with a block-causal mask the current block, with keys and values of those before it. A finished block is
     * fed once more, as its clean tokens.
     */
    @Override
    public Window window(int sessionLength) {
        return settings.laterBlocksFed()
                ? Window.whole(sessionLength)
                : schedule.causalWindow(block, step == schedule.firstStep(block));
    }

    /** One step of FLOW_SEMANTICS section 2, numbered as there. */
    @Override
    public DecodingStep advance(RowPrediction seen, StateUpdate.Row update) {
        int from = schedule.from(block);
        int length = schedule.length(block);
        FlowState before = state;
        update.along(settings.interpolation());

        // 3. What the model believes, Eqs. 4 and 9
        CleanStatePrediction xPred = CleanStatePrediction.of(seen, from, length);
        int[] pred = xPred.token();
        float[] c = xPred.confidence();

        // 4., 5. How far each position moves
        boolean[] active = new boolean[length];
        for (int i = 0; i < length; i++) {
            active[i] = !before.committed(from + i);
        }
        PositionMemory memory = book == null ? PositionMemory.NONE : book.note(from, xPred, topIds(seen, from, length));
        StepSizePolicy.Fractions chosen = choose(xPred, active, memory, from, length);
        float[] a = fractions(chosen, active);

        // 6. Exactly one rule for each position: committed, re-edit, flow
        double[] t = before.copyOfProgress();
        boolean[] reEdited = new boolean[length];
        for (int i = 0; i < length; i++) {
            int at = from + i;
            if (!active[i]) {
                continue;
            }
            double tFlow = FlowStep.advance(t[at], FlowStep.size(a[i], t[at]));
            double tSeen = settings.reEditAfterUpdate() ? tFlow : t[at];
            if (settings.reEditing() && ReEdit.applies(c[i], tSeen, settings.reEditMargin())) {
                ReEdit.apply(update, at, pred[i], c[i]);
                if (heaviest) {
                    shares.set(at, pred[i], c[i]);
                }
                if (book != null) {
                    book.reEdited(at);
                }
                t[at] = c[i];
                reEdited[i] = true;
            } else {
                FlowStep.apply(update, at, pred[i], a[i]);
                if (heaviest) {
                    shares.move(at, pred[i], a[i]);
                }
                t[at] = tFlow;
            }
        }
        state = before.withProgress(t);

        // 7. Hard commitment
        int[] committed = NOTHING_COMMITTED;
        if (settings.hardCommitment()) {
            committed = commit(settings.commitSeesOldProgress() ? before : state, xPred, active, from, update);
        }

        DecodingStep happened = new DecodingStep(
                row,
                step,
                schedule.steps(),
                from,
                pred,
                c,
                active,
                chosen.features(),
                a,
                chosen.latent(),
                chosen.logProbability(),
                before.progress(from, length),
                state.progress(from, length),
                reEdited,
                committed,
                NOTHING_FILLED);
        step++;
        if (step == schedule.firstStep(block + 1) || state.allCommitted(from, length) || arrived(from, length)) {
            readOut(pred, from, length);
        }
        return happened;
    }

    private static int[] topIds(RowPrediction seen, int from, int length) {
        int[] ids = new int[length * CleanStatePrediction.TOP_K];
        for (int j = 0; j < ids.length; j++) {
            ids[j] = seen.topId(from + j / CleanStatePrediction.TOP_K, j % CleanStatePrediction.TOP_K);
        }
        return ids;
    }

    private StepSizePolicy.Fractions choose(
            CleanStatePrediction xPred, boolean[] active, PositionMemory memory, int from, int length) {
        return policy.choose(new StepSizePolicy.RowState(
                sample.key(),
                step,
                schedule.steps(),
                from,
                xPred.topProbability(),
                xPred.confidence(),
                state.progress(from, length),
                active,
                sample.price(),
                memory));
    }

    /** The fractions of the active positions, 0 elsewhere; their mean everywhere in the synchronous schedule. */
    private float[] fractions(StepSizePolicy.Fractions chosen, boolean[] active) {
        float[] a = new float[active.length];
        double sum = 0;
        int count = 0;
        for (int i = 0; i < a.length; i++) {
            if (active[i]) {
                a[i] = chosen.a()[i];
                if (!(a[i] >= 0 && a[i] <= 1)) {
                    throw new IllegalStateException("step fraction must lie in [0, 1], was " + a[i] + " (row " + row
                            + ", step " + step + ", position " + i + " of its block)");
                }
                sum += a[i];
                count++;
            }
        }
        if (settings.synchronous() && count > 0) {
            float mean = (float) Math.min(1, sum / count);
            for (int i = 0; i < a.length; i++) {
                a[i] = active[i] ? mean : 0f;
            }
        }
        return a;
    }

    /** Commits the eligible positions; returns their response positions. */
    private int[] commit(
            FlowState judged, CleanStatePrediction xPred, boolean[] active, int from, StateUpdate.Row update) {
        double[] t = Arrays.copyOfRange(judged.copyOfProgress(), from, from + active.length);
        int[] chosen = HardCommitment.choose(settings, xPred.confidence(), t, active);
        if (chosen.length == 0) {
            return NOTHING_COMMITTED;
        }
        double[] next = state.copyOfProgress();
        for (int c = 0; c < chosen.length; c++) {
            int token = xPred.token()[chosen[c]];
            int at = from + chosen[c];
            HardCommitment.apply(update, at, token);
            if (heaviest) {
                shares.set(at, token, 1);
            }
            next[at] = 1;
            if (settings.committedFinal()) {
                state = state.withCommitted(at, token);
            }
            chosen[c] = at;
        }
        state = state.withProgress(next);
        return chosen;
    }

    /** Whether every open position of the block has arrived; never on the paper's clock. */
    private boolean arrived(int from, int length) {
        if (settings.arrival() == 0) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            if (!state.committed(i) && state.progress(i) < settings.arrival()) {
                return false;
            }
        }
        return true;
    }

    /** Ends the block: committed positions give their token, the others the prediction of the last model call. */
    private void readOut(int[] pred, int from, int length) {
        for (int i = 0; i < length; i++) {
            int at = from + i;
            int open = heaviest ? shares.heaviest(at) : pred[i];
            tokens[at] = state.committed(at) ? state.committedToken(at) : open;
            finalProgress[at] = (float) state.progress(at);
        }
        block++;
        step = schedule.firstStep(block);
        blockJustRead = true;
    }

    /** In block mode the states of a block that was read out become its clean tokens. */
    @Override
    public boolean settle(StateUpdate.Row update) {
        boolean settles = blockJustRead && schedule.blocks() > 1;
        if (settles) {
            int read = block - 1;
            for (int i = schedule.from(read); i < schedule.from(read) + schedule.length(read); i++) {
                update.clean(i, tokens[i]);
            }
        }
        blockJustRead = false;
        return settles;
    }

    @Override
    public boolean finished() {
        return block == schedule.blocks();
    }

    @Override
    public int[] tokens() {
        return Arrays.copyOf(tokens, responseLength);
    }

    /** Blocks that were read out, and what hard commitment has fixed behind them. */
    @Override
    public int[] settled() {
        int[] settled = tokens();
        int end = finished() ? responseLength : Math.min(responseLength, schedule.from(block));
        while (end < responseLength && state.committed(end)) {
            settled[end] = state.committedToken(end);
            end++;
        }
        return Arrays.copyOf(settled, end);
    }

    @Override
    public float[] finalProgress() {
        return Arrays.copyOf(finalProgress, responseLength);
    }
}
