package io.maskflow.experiments.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.masking.Remasking;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChoiceNamesTest {

    private static DecoderChoice decoder(String yaml) {
        return ConfigFiles.option("decoder", yaml, DecoderChoice.class);
    }

    @ParameterizedTest
    @CsvSource({"maskgit_plus, LOW_CONFIDENCE", "topk_margin, MARGIN", "topk, MARGIN", "low-confidence, LOW_CONFIDENCE"
    })
    void rankingsHaveTheNamesOfOtherSamplersToo(String name, Remasking expected) {
        MaskPredictionChoice choice =
                (MaskPredictionChoice) decoder("{type: mask-prediction, remasking: " + name + "}");
        assertThat(choice.settings().remasking()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "mask-prediction; cache; both; cache must be one of none, prefix, dual, was \"both\"",
                "mask-prediction; eosRule; mine; eosRule must be one of published, intended, was \"mine\"",
                "mask-prediction; remasking; best; remasking must be one of low_confidence, random, entropy, margin, was \"best\"",
                "flow; interpolation; arc; interpolation must be one of lerp, slerp, norm, was \"arc\"",
                "dream; algorithm; best; algorithm must be one of origin, maskgit_plus, topk_margin, entropy, p2, was \"best\"",
                "remdm; strategy; more; strategy must be one of cap, rescale, confidence, loop, was \"more\""
            })
    void anUnknownNameIsRefusedWithTheNamesThatThereAre(String type, String key, String name, String message) {
        assertThatThrownBy(() -> decoder("{type: " + type + ", " + key + ": " + name + "}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    /** A record that is written unwrapped has its keys beside the others; a file does not know its own name. */
    @Test
    void settingsOfADecoderStandBesideItsBudgets() {
        FlowChoice flow = (FlowChoice) decoder("{type: flow, arrival: 0.5, budgets: 1/4}");
        assertThat(flow.settings()).isEqualTo(FlowChoice.defaults().settings().withArrival(0.5));
        assertThat(flow.budgets()).hasSize(1);
        assertThatThrownBy(() -> decoder("{type: flow, arrival: 1.5}"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("arrival must lie in [0, 1], 0 for none, was 1.5 (--decoder");
        assertThatThrownBy(() -> decoder("{type: flow, settings: 1}")).hasMessageContaining("unknown key \"settings\"");
    }
}
