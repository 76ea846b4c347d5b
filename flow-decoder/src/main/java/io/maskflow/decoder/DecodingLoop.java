package io.maskflow.decoder;

import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The one decode loop: model call, every row's rules, one update of the states, next.
 *
 * <p>Which positions see which is the base model's affair: its sessions are opened with its own rule, and a decoder that
 * needs another one refuses the model.
 *
 * <p>Rows do not wait for each other: a row that is finished leaves the batch and costs no further model call, and rows
 * may stand in different blocks. What a row gets does not depend on the rows beside it.
 */
public final class DecodingLoop {

    private static final float BELOW_ONE = Math.nextDown(1f);

    private DecodingLoop() {}

    /**
     * Decodes a batch to its end.
     *
     * @param backbone the mask predictor
     * @param request prompts and length
     * @param rules what is done to the logits
     * @param rows the rows' rules, one per sample, in order; none finished yet
     * @param observer sees every row's every step
     * @throws IllegalArgumentException if a prompt and its response exceed the positions of the model
     * @return one response per row; its {@code nfe} is the number of model calls the row took part in
     */
    public static List<DecodedResponse> run(
            MaskPredictor backbone,
            DecodeRequest request,
            LogitRules rules,
            List<? extends RowInProgress> rows,
            DecodingObserver observer) {
        List<int[]> prompts =
                request.samples().stream().map(DecodeRequest.Sample::promptIds).toList();
        prompts.forEach(prompt -> backbone.info().requireRoom(prompt.length, request.responseLength()));
        int length = Math.max(
                request.responseLength(),
                rows.stream().mapToInt(RowInProgress::positions).max().orElse(0));
        int[] nfe = new int[rows.size()];
        int[] live = IntStream.range(0, rows.size()).toArray();
        try (DecodingSession session = backbone.open(prompts, length)) {
            while (live.length > 0) {
                List<Window> windows = new ArrayList<>(live.length);
                for (int row : live) {
                    windows.add(rows.get(row).window(length));
                }
                Prediction prediction = session.predict(withDraws(rules, rows, live, length), windows);
                StateUpdate update = new StateUpdate(live.length, length);
                List<DecodingStep> steps = new ArrayList<>(live.length);
                for (int r = 0; r < live.length; r++) {
                    nfe[live[r]]++;
                    RowPrediction seen = new RowPrediction(prediction, r, length, windows.get(r));
                    steps.add(rows.get(live[r]).advance(seen, update.row(r)));
                }
                update.applyTo(session);
                steps.forEach(observer::onStep);
                settle(session, rows, live);
                live = dropFinished(session, rows, live);
            }
            observer.onEnd(session.sequencesComputed());
        }
        List<DecodedResponse> responses = new ArrayList<>(rows.size());
        for (int row = 0; row < rows.size(); row++) {
            RowInProgress done = rows.get(row);
            responses.add(new DecodedResponse(done.tokens(), nfe[row], done.finalProgress()));
        }
        return responses;
    }

    private static LogitRules withDraws(LogitRules rules, List<? extends RowInProgress> rows, int[] live, int length) {
        if (!rules.shaping().draws()) {
            return rules;
        }
        float[] draws = new float[live.length * length];
        for (int j = 0; j < draws.length; j++) {
            draws[j] = Math.min((float) rows.get(live[j / length]).tokenDraw(j % length), BELOW_ONE);
        }
        return rules.withDraws(draws);
    }

    private static void settle(DecodingSession session, List<? extends RowInProgress> rows, int[] live) {
        StateUpdate update = new StateUpdate(live.length, session.length());
        boolean any = false;
        for (int r = 0; r < live.length; r++) {
            any |= rows.get(live[r]).settle(update.row(r));
        }
        if (any) {
            update.applyTo(session);
        }
    }

    private static int[] dropFinished(DecodingSession session, List<? extends RowInProgress> rows, int[] live) {
        int[] staying = IntStream.range(0, live.length)
                .filter(r -> !rows.get(live[r]).finished())
                .toArray();
        if (staying.length > 0 && staying.length < live.length) {
            session.retainRows(staying);
        }
        return IntStream.of(staying).map(r -> live[r]).toArray();
    }
}
