package io.maskflow.decoder;

import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;

/**
 * Responses that are decoded together, step by step: model call, every row's rules, one update of the states. Rows join and
 * leave between steps.
 *
 * <p>Rows do not wait for each other: a row that is finished leaves and costs no further model call, and rows may stand in
 * different blocks and at different steps. What a row gets does not depend on the rows beside it. While all prompts have one
 * length nothing is padded, and on the CPU in float32 that holds to the bit for models whose matrix products have many rows;
 * where an expert sees a handful of tokens, or in bfloat16, the order of a sum may depend on how many there are.
 *
 * <p>Used by one thread. Owns native memory while it has rows: whoever makes it closes it.
 */
public final class RunningBatch implements AutoCloseable {

    private static final float BELOW_ONE = Math.nextDown(1f);

    private final MaskPredictor backbone;
    private final LogitRules rules;
    private final int length;
    private final List<Seat> seats = new ArrayList<>();
    private DecodingSession session; // while there are rows
    private long sequencesComputed; // of sessions that are closed

    /** A row at work. */
    private static final class Seat {
        private final RowInProgress row;
        private final DecodingObserver observer;
        private int nfe;

        Seat(RowInProgress row, DecodingObserver observer) {
            this.row = row;
            this.observer = observer;
        }
    }

    /**
     * A row that is done.
     *
     * @param row the row
     * @param nfe model calls it took part in
     */
    public record Done(RowInProgress row, int nfe) {

        /** What came out. */
        public DecodedResponse response() {
            return new DecodedResponse(row.tokens(), nfe, row.finalProgress());
        }
    }

    /**
     * A batch without rows.
     *
     * @param backbone the mask predictor, used by this batch only while it takes a step
     * @param rules what is done to the logits of every row
     * @param length positions that a row may work on, at least those of each row that joins
     */
    public RunningBatch(MaskPredictor backbone, LogitRules rules, int length) {
        this.backbone = backbone;
        this.rules = rules;
        this.length = length;
    }

    /**
     * Takes rows in; they take part from the next step on.
     *
     * @param prompts token ids, one per row. If there are rows already: as long as theirs
     * @param rows none finished yet
     * @param observer sees every step of these rows
     * @throws IllegalArgumentException if the model cannot take the prompts
     */
    public void join(List<int[]> prompts, List<? extends RowInProgress> rows, DecodingObserver observer) {
        if (session == null) {
            session = backbone.open(prompts, length);
        } else {
            session.join(prompts);
        }
        rows.forEach(row -> seats.add(new Seat(row, observer)));
    }

    /** Rows at work. */
    public int size() {
        return seats.size();
    }

    /** Sequences that went through the network so far. */
    public long sequencesComputed() {
        return sequencesComputed + (session == null ? 0 : session.sequencesComputed());
    }

    /**
     * Takes one step with all rows.
     *
     * @return the rows that are done now; they have left
     */
    public List<Done> step() {
        List<Window> windows =
                seats.stream().map(seat -> seat.row.window(length)).toList();
        Prediction prediction = session.predict(withDraws(), windows);
        StateUpdate update = new StateUpdate(seats.size(), length);
        List<DecodingStep> steps = new ArrayList<>(seats.size());
        for (int r = 0; r < seats.size(); r++) {
            seats.get(r).nfe++;
            RowPrediction seen = new RowPrediction(prediction, r, length, windows.get(r));
            steps.add(seats.get(r).row.advance(seen, update.row(r)));
        }
        update.applyTo(session);
        for (int r = 0; r < seats.size(); r++) {
            seats.get(r).observer.onStep(steps.get(r));
        }
        settle();
        List<Done> done = seats.stream()
                .filter(seat -> seat.row.finished())
                .map(seat -> new Done(seat.row, seat.nfe))
                .toList();
        leave(RowInProgress::finished);
        return done;
    }

    /** Lets rows go, done or not. */
    public void leave(Predicate<RowInProgress> goes) {
        int[] staying = IntStream.range(0, seats.size())
                .filter(r -> !goes.test(seats.get(r).row))
                .toArray();
        if (staying.length == 0) {
            close();
        } else if (staying.length < seats.size()) {
            session.retainRows(staying);
            List<Seat> stay = IntStream.of(staying).mapToObj(seats::get).toList();
            seats.clear();
            seats.addAll(stay);
        }
    }

    private LogitRules withDraws() {
        if (!rules.shaping().draws()) {
            return rules;
        }
        float[] draws = new float[seats.size() * length];
        for (int j = 0; j < draws.length; j++) {
            draws[j] = Math.min((float) seats.get(j / length).row.tokenDraw(j % length), BELOW_ONE);
        }
        return rules.withDraws(draws);
    }

    private void settle() {
        StateUpdate update = new StateUpdate(seats.size(), length);
        boolean any = false;
        for (int r = 0; r < seats.size(); r++) {
            any |= seats.get(r).row.settle(update.row(r));
        }
        if (any) {
            update.applyTo(session);
        }
    }

    /** Lets all rows go. */
    @Override
    public void close() {
        seats.clear();
        if (session != null) {
            sequencesComputed += session.sequencesComputed();
            session.close();
            session = null;
        }
    }
}
