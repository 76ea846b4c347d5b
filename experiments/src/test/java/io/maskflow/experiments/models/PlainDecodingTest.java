package io.maskflow.experiments.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlainDecodingTest {

    /** Whatever the attention, every position gets a token that is no mask. */
    @ParameterizedTest
    @CsvSource({"llada-tiny, mask-prediction", "llada2-tiny, llada2"})
    void everyModelDecodesUntold(String folder, String name) {
        Path model = Path.of("../flow-decoder/src/test/resources/golden", folder);
        try (MaskPredictor backbone = Backbones.open(model, BackboneOptions.standard())) {
            DecodeRequest request = new DecodeRequest(
                    List.of(new DecodeRequest.Sample(new int[] {3, 5, 7, 9, 11}, new SampleKey(0, 0, 0, 0))), 40, 40);
            DecodedResponse response = PlainDecoding.of(backbone.info())
                    .decode(backbone, request, DecodingObserver.NONE)
                    .get(0);
            assertThat(PlainDecoding.name(backbone.info())).isEqualTo(name);
            assertThat(response.tokenIds())
                    .hasSize(40)
                    .doesNotContain(backbone.info().maskId());
        }
    }
}
