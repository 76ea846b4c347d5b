package io.maskflow.decoder.llada21;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.UnderBlocks;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class EditingSamplerTest {

    @Nested
    class Editing extends DecoderContractTest {
        @Override
        protected Decoder decoder() {
            return in(new EditingSettings(0.5, 0.1, 2, 1, false, -1, true), 32);
        }
    }

    private static Decoder in(EditingSettings settings, int block) {
        return new UnderBlocks(new EditingSampler(settings), block);
    }

    private static int edits(double editingThreshold) {
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(new int[] {3, 4, 5}, new SampleKey(1, 0, 0, 0))), 16, 200);
        int[] edits = {0};
        in(new EditingSettings(0.3, editingThreshold, 8, 1, false, 1_000, true), 8)
                .decode(new FakeBackbone(4), request, step -> {
                    for (int i = 0; i < step.filled().length; i++) {
                        edits[0] += step.filled()[i] && !step.active()[i] ? 1 : 0;
                    }
                });
        return edits[0];
    }

    @Test
    void anEditingThresholdAboveOneMakesNoEdits() {
        assertThat(edits(2)).isZero();
        assertThat(edits(0)).isPositive();
    }

    @Test
    void aModelWithFullAttentionIsRefused() {
        DecodeRequest request =
                new DecodeRequest(List.of(new DecodeRequest.Sample(new int[] {3}, new SampleKey(1, 0, 0, 0))), 4, 4);
        assertThatThrownBy(() -> new EditingSampler(EditingSettings.defaults())
                        .decode(new FakeBackbone(4), request, DecodingObserver.NONE))
                .hasMessageContaining("llada2.1 needs a model with block-causal attention");
    }
}
