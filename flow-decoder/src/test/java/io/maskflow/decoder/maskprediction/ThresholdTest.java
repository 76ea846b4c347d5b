package io.maskflow.decoder.maskprediction;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.BlockSchedule;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.RowPrediction;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.StateUpdate;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.masking.Remasking;
import org.junit.jupiter.api.Test;

/**
 * Three positions. The first is (.97, .02, .01): margin .95, entropy .1538 nats. The second (.5, .25, .25): margin .25,
 * entropy 1.0397. The third (.4, .4, .2): margin 0, entropy 1.0549.
 */
class ThresholdTest {

    private static final MaskPredictionSettings DEFAULTS = MaskPredictionSettings.defaults();

    private static boolean[] filled(Remasking remasking, double threshold) {
        RowPrediction seen = new RowPrediction(
                new Prediction(
                        new int[] {7, 8, 9},
                        new float[] {.97f, .5f, .4f},
                        new int[] {7, 4, 8, 4, 9, 4},
                        new float[] {.97f, .02f, .5f, .25f, .4f, .4f},
                        new float[3],
                        new float[] {.1538f, 1.0397f, 1.0549f},
                        2),
                0,
                3,
                Window.whole(3));
        MaskPredictionRow row = new MaskPredictionRow(
                DEFAULTS.withRemasking(remasking).withThreshold(threshold),
                MaskPredictionDecoder.Draws.KEYED,
                0,
                new DecodeRequest.Sample(new int[] {3}, new SampleKey(0, 0, 0, 0)),
                BlockSchedule.of(3, 0, 3),
                2);
        return row.advance(seen, new StateUpdate(1, 3).row(0)).filled();
    }

    @Test
    void anEntropyOfAtMostSoManyNatsIsSureEnough() {
        assertThat(filled(Remasking.ENTROPY, 1.05)).containsExactly(true, true, false);
        assertThat(filled(Remasking.ENTROPY, 1.06)).containsExactly(true, true, true);
        assertThat(filled(Remasking.ENTROPY, .2)).containsExactly(true, false, false);
        assertThat(filled(Remasking.ENTROPY, .1)).as("the surest one always").containsExactly(true, false, false);
    }

    @Test
    void aMarginOfAtLeastTheThresholdIsSureEnough() {
        assertThat(filled(Remasking.MARGIN, .2)).containsExactly(true, true, false);
        assertThat(filled(Remasking.MARGIN, .3)).containsExactly(true, false, false);
        assertThat(filled(Remasking.MARGIN, .99)).as("the surest one always").containsExactly(true, false, false);
    }

    @Test
    void aProbabilityOfAtLeastTheThresholdIsSureEnough() {
        assertThat(filled(Remasking.LOW_CONFIDENCE, .45)).containsExactly(true, true, false);
        assertThat(filled(Remasking.LOW_CONFIDENCE, .3)).containsExactly(true, true, true);
    }
}
