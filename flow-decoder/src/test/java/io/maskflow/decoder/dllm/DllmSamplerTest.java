package io.maskflow.decoder.dllm;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.FakeBackbone;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** dllm's schedule, and its sampler on both kinds of attention. */
class DllmSamplerTest {

    /** Worked by hand: 10 in 4: round(10/4) = 2, round(8/3) = 3, round(5/2) = 2 (half to even), 3. */
    @ParameterizedTest
    @CsvSource({"10, 4, '[2, 3, 2, 3]'", "4, 5, '[1, 1, 1, 1]'", "9, 4, '[2, 2, 2, 3]'", "0, 3, '[]'", "7, 1, '[7]'"})
    void theScheduleFollowsTheNoiseLevel(int masked, int steps, String expected) {
        int[] counts = UnmaskingSchedule.tokensPerStep(masked, steps);
        assertThat(Arrays.toString(counts)).isEqualTo(expected);
        assertThat(Arrays.stream(counts).sum()).isEqualTo(masked);
    }

    @Test
    void itDecodesUnderFullAndBlockCausalAttention() {
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(new int[] {3, 4, 5}, new SampleKey(1, 0, 0, 0))), 12, 8);
        for (AttentionRule rule : List.of(AttentionRule.FULL, AttentionRule.blocksOfResponse(5))) {
            MaskPredictor model = new FakeBackbone(4).under(rule);
            DecodedResponse response = new DllmSampler(DllmSettings.defaults())
                    .decode(model, request, DecodingObserver.NONE)
                    .get(0);
            assertThat(response.tokenIds()).hasSize(12).doesNotContain(FakeBackbone.MASK);
            assertThat(response.nfe()).isBetween(1, 9); // ceil(8 / 3) steps for each of three blocks at most
        }
    }
}
