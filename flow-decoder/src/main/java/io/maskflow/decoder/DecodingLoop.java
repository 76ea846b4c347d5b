package io.maskflow.decoder;

import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * The one decode loop: all rows of a request join a {@link RunningBatch}, which takes steps until none is left.
 *
 * <p>Which positions see which is the base model's affair: its sessions are opened with its own rule, and a decoder that
 * needs another one refuses the model.
 */
public final class DecodingLoop {

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
        Map<RowInProgress, DecodedResponse> responses = new IdentityHashMap<>();
        try (RunningBatch batch = new RunningBatch(backbone, rules, positions(request, rows))) {
            batch.join(prompts, rows, observer);
            while (batch.size() > 0) {
                batch.step().forEach(done -> responses.put(done.row(), done.response()));
            }
            observer.onEnd(batch.sequencesComputed());
        }
        return rows.stream().map(responses::get).toList();
    }

    /** Positions of a session for these rows: those of the response, or more where a last block is cut off afterwards. */
    public static int positions(DecodeRequest request, List<? extends RowInProgress> rows) {
        return Math.max(
                request.responseLength(),
                rows.stream().mapToInt(RowInProgress::positions).max().orElse(0));
    }
}
