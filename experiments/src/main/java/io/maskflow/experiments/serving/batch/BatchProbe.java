package io.maskflow.experiments.serving.batch;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whether a model computes a row among others as it computes it alone, to the bit. Matrix products do so for most shapes and
 * machines, but nobody promises it: it is tried before rows are allowed to share model calls.
 */
public final class BatchProbe {

    private static final int[] ROWS = {2, 3, 8};
    private static final int PROMPT = 8;
    private static final int RESPONSE = 16;

    private BatchProbe() {}

    /** Tries a few numbers of rows. */
    public static boolean exact(MaskPredictor backbone) {
        BackboneInfo info = backbone.info();
        List<int[]> prompts = new ArrayList<>();
        List<Prediction> alone = new ArrayList<>();
        for (int row = 0; row < ROWS[ROWS.length - 1]; row++) {
            int[] prompt = new int[PROMPT];
            for (int i = 0; i < PROMPT; i++) {
                prompt[i] = (31 * row + 7 * i + 1) % info.vocabularySize();
            }
            prompts.add(prompt);
            alone.add(predict(backbone, List.of(prompt)));
        }
        for (int rows : ROWS) {
            Prediction together = predict(backbone, prompts.subList(0, rows));
            for (int row = 0; row < rows; row++) {
                int from = row * RESPONSE;
                int to = from + RESPONSE;
                boolean same = Arrays.equals(
                                Arrays.copyOfRange(together.argmaxProbability(), from, to),
                                alone.get(row).argmaxProbability())
                        && Arrays.equals(
                                Arrays.copyOfRange(together.entropy(), from, to),
                                alone.get(row).entropy())
                        && Arrays.equals(
                                Arrays.copyOfRange(together.logSumExp(), from, to),
                                alone.get(row).logSumExp());
                if (!same) {
                    return false;
                }
            }
        }
        return true;
    }

    private static Prediction predict(MaskPredictor backbone, List<int[]> prompts) {
        try (DecodingSession session = backbone.open(prompts, RESPONSE)) {
            return session.predict(LogitRules.without(backbone.info().maskId(), 1));
        }
    }
}
