package io.maskflow.experiments.conformance.decoders;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.experiments.conformance.ConformanceGroup.CaseResult;
import io.maskflow.experiments.conformance.numbers.NumericsConformance;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Decodings of other implementations on tiny models are reproduced by the real engine. */
class GoldenDecodingTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    /** The model is a test resource of the module that reads models. */
    private static MaskPredictor tinyModel(Path folder) {
        Path model = Path.of("../flow-decoder/src/test/resources/golden").resolve(folder.getFileName());
        return Backbones.open(model, BackboneOptions.standard());
    }

    @Test
    void flowTrajectoriesOfTheFloat64ReferenceAreReproduced() {
        List<CaseResult> results = new FlowConformance(GoldenDecodingTest::tinyModel).run(GOLDEN);
        assertThat(results).hasSize(14).allMatch(CaseResult::passed);
    }

    @Test
    void lladaGenerateIsReproducedTokenByToken() {
        List<CaseResult> results =
                DecoderConformance.lladaGenerate(GoldenDecodingTest::tinyModel).run(GOLDEN);
        assertThat(results).hasSize(8).allMatch(CaseResult::passed);
    }

    @Test
    void fastDllmWithoutAndWithItsCachesIsReproduced() {
        List<CaseResult> results =
                DecoderConformance.fastDllm(GoldenDecodingTest::tinyModel).run(GOLDEN);
        assertThat(results).hasSize(15).allMatch(CaseResult::passed);
    }

    @Test
    void dreamsSamplerIsReproducedTokenByToken() {
        List<CaseResult> results = new DreamConformance(GoldenDecodingTest::tinyModel).run(GOLDEN);
        assertThat(results).hasSize(11).allMatch(CaseResult::passed);
    }

    @Test
    void dreamsScheduleIsReproduced() {
        assertThat(new DreamScheduleConformance().run(GOLDEN)).hasSize(9).allMatch(CaseResult::passed);
    }

    @Test
    void llada2sBlockSamplerIsReproducedWithAndWithoutItsCache() {
        List<CaseResult> results = new Llada2Conformance(GoldenDecodingTest::tinyModel).run(GOLDEN);
        assertThat(results).hasSize(10).allMatch(CaseResult::passed);
    }

    @Test
    void transferTablesAreReproduced() {
        assertThat(new TransferConformance().run(GOLDEN)).hasSize(5).allMatch(CaseResult::passed);
    }

    @Test
    void evoTokenIsReproducedDownToTheSharesOfItsEmbeddings() {
        assertThat(new EvoTokenConformance(GoldenDecodingTest::tinyModel).run(GOLDEN))
                .hasSize(3)
                .allMatch(CaseResult::passed);
    }

    @Test
    void softMasksAndSoftTokensHaveThePublishedNumbers() {
        List<CaseResult> results = NumericsConformance.groups().stream()
                .filter(group -> group.name().matches("numerics/(softmask|evotoken_embeddings)"))
                .flatMap(group -> group.run(GOLDEN).stream())
                .toList();
        assertThat(results).hasSize(34).allMatch(CaseResult::passed);
    }
}
