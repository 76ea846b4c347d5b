package io.maskflow.experiments.benchmark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.flow.ConfidenceStepSize;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DecodeBenchTest {

    private static final Path FOLDER = BuiltinModels.folder("builtin");

    private static DecodeBench.Settings settings(BackboneOptions options) {
        return new DecodeBench.Settings(FOLDER, options, 2, 5, 12, 3, 1);
    }

    @Test
    void theParts() {
        DecodeBench.Result r =
                DecodeBench.run(settings(BackboneOptions.standard()), new ConfidenceStepSize.Exponential(2, 8));
        assertThat(r.modelCall() + r.update() + r.rest()).isCloseTo(r.step(), within(1e-9));
        assertThat(r.modelShare()).isBetween(0.0, 1.0);
        assertThat(r.network()).isPositive();
        // argmax, its probability, four probabilities, log-sum-exp, entropy: eight numbers of four bytes
        assertThat(r.bytesPerPosition()).isEqualTo(32);
        assertThat(r.liveArrayGrowth()).isZero();
        assertThat(r.reference()).isPresent();
        assertThat(r.products().orElseThrow()).isPositive();
    }

    @Test
    void bfloat16HasNoReferenceToCompareWith() {
        DecodeBench.Result r =
                DecodeBench.run(settings(BackboneOptions.bfloat16()), new ConfidenceStepSize.Exponential(2, 8));
        assertThat(r.reference()).isEmpty();
        assertThat(r.products()).isEmpty();
    }

    @Test
    void aModelOfAWantedSizeIsMadeOfRandomWeights(@TempDir Path folder) throws IOException {
        RandomModel model = RandomModel.parse("d=64,layers=2, vocab=90, ffn=80");
        assertThat(model).isEqualTo(new RandomModel(64, 2, 90, 1, 80));
        assertThat(RandomModel.parse("d=1024,layers=8,vocab=32000"))
                .isEqualTo(new RandomModel(1024, 8, 32_000, 16, 2816));
        model.write(folder, true);
        DecodeBench.Result r = DecodeBench.run(
                new DecodeBench.Settings(folder, BackboneOptions.bfloat16(), 2, 5, 12, 3, 1),
                new ConfidenceStepSize.Exponential(2, 8));
        assertThat(r.bytesPerPosition()).isEqualTo(32);
        assertThat(r.liveArrayGrowth()).isZero();
        assertThatThrownBy(() -> RandomModel.parse("d=64,depth=2"))
                .hasMessageStartingWith("--shape must look like d=1024,layers=8,vocab=32000");
        assertThatThrownBy(() -> RandomModel.parse("d=x")).hasMessage("--shape: d must be a whole number, was \"x\"");
    }

    @Test
    void rangesAreChecked() {
        assertThatThrownBy(() -> new DecodeBench.Settings(FOLDER, BackboneOptions.standard(), 0, 5, 12, 3, 1))
                .hasMessage("--batch must be at least 1, was 0");
    }
}
