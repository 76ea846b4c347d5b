package io.maskflow.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.dream.DreamDecoder;
import io.maskflow.decoder.dream.DreamSettings;
import io.maskflow.decoder.evotoken.EvoTokenDecoder;
import io.maskflow.decoder.evotoken.EvoTokenSettings;
import io.maskflow.decoder.flow.ConstantStepSize;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import io.maskflow.decoder.remdm.RemdmDecoder;
import io.maskflow.decoder.remdm.RemdmSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What decoders owe to a base model: its attention rule, its end tokens, its device. */
class BaseModelPromisesTest {

    private static final int END_OF_TURN = 9;

    static Stream<Arguments> decodersOfWholeTexts() {
        return Stream.of(
                Arguments.of("mask-prediction", new MaskPredictionDecoder(MaskPredictionSettings.defaults())),
                Arguments.of("dream", new DreamDecoder(DreamSettings.defaults())),
                Arguments.of("evotoken", new EvoTokenDecoder(EvoTokenSettings.defaults())),
                Arguments.of("remdm", new RemdmDecoder(RemdmSettings.defaults())));
    }

    /** Silently, they would feed the model what it was never trained on. */
    @ParameterizedTest
    @MethodSource("decodersOfWholeTexts")
    void aDecoderThatNeedsFullAttentionRefusesABlockCausalModel(String name, Decoder decoder) {
        FakeBackbone blocks = new FakeBackbone(3).withBlocks(8);
        assertThatThrownBy(() -> decoder.decode(blocks, DecoderContractTest.oneRow(16, 16), DecodingObserver.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + " needs a model with full attention; the attention of fake is"
                        + " block-causal, blocks of 8");
        assertThat(blocks.calls()).as("model calls").isZero();
        assertThat(decoder.decode(new FakeBackbone(3), DecoderContractTest.oneRow(16, 16), DecodingObserver.NONE))
                .hasSize(1);
    }

    /** The flow goes block by block there without being told. */
    @Test
    void theFlowFollowsTheBlocksOfTheModel() {
        FakeBackbone blocks = new FakeBackbone(3).withBlocks(8);
        new FlowDecoder(FlowSettings.defaults(), new ConstantStepSize(0.5))
                .decode(blocks, DecoderContractTest.oneRow(16, 16), DecodingObserver.NONE);
        assertThat(blocks.windows()).isNotEmpty().allSatisfy(window -> assertThat(
                        window.wantedTo() - window.wantedFrom())
                .isLessThanOrEqualTo(8));
    }

    static Stream<Decoder> decodersWithoutEnd() {
        return Stream.of(
                new MaskPredictionDecoder(MaskPredictionSettings.defaults().withEndTokens(true, false, -1, -1)),
                new FlowDecoder(FlowSettings.defaults().withEndTokens(true, false), new ConstantStepSize(1)));
    }

    /** As published: taken out with the end of text, the end of turn would let no answer of a chat model end. */
    @ParameterizedTest
    @MethodSource("decodersWithoutEnd")
    void logitsEosInfTakesOutTheEndOfTextAndLeavesTheEndOfTurn(Decoder decoder) {
        BackboneInfo chat = new BackboneInfo(
                "chat",
                "llada",
                FakeBackbone.VOCABULARY,
                FakeBackbone.EMBEDDING,
                FakeBackbone.MASK,
                FakeBackbone.END,
                Set.of(FakeBackbone.END, END_OF_TURN),
                FakeBackbone.END,
                4096,
                false,
                AttentionRule.FULL);
        assertThat(decoder.logitRules(chat).suppressed())
                .contains(FakeBackbone.END)
                .doesNotContain(END_OF_TURN);
    }

    /** A tensor that a text makes without naming a device lies on the CPU, whatever the weights lie on. */
    @Test
    void noTextOfTheEngineMakesATensorOnTheCpu() throws IOException {
        Pattern made = Pattern.compile("torch\\.(arange|zeros|ones|full|empty|eye|linspace|rand\\w*|tensor)\\(");
        List<String> wrong = new ArrayList<>();
        int texts = 0;
        for (String module : List.of("../flow-decoder", "../alignment")) {
            try (Stream<Path> files = Files.walk(Path.of(module, "src/main/resources"))) {
                for (Path file : files.filter(path -> path.toString().endsWith(".torchscript"))
                        .toList()) {
                    texts++;
                    for (String line : Files.readAllLines(file)) {
                        if (made.matcher(line).find() && !line.contains("device")) {
                            wrong.add(file.getFileName() + ": " + line.strip());
                        }
                    }
                }
            }
        }
        assertThat(texts).isGreaterThan(5);
        assertThat(wrong).isEmpty();
    }
}
