package io.maskflow.experiments.decoding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Dials as a settings file writes them. */
class DialTest {

    private static CurveChoice curve(String decoder, String dial, String values) {
        String yaml = "{ type: curve, decoder: " + decoder + ", dial: " + dial + ", values: " + values + " }";
        return (CurveChoice) ConfigFiles.option("decoder", yaml, DecoderChoice.class);
    }

    @Test
    void aDialIsFoundWhereverItIs() {
        assertThat(curve("{ type: mask-prediction }", "factor", "[0.5, 1]").at(1))
                .isEqualTo(ConfigFiles.option("decoder", "{ type: mask-prediction, factor: 1 }", DecoderChoice.class));
        assertThat(curve("{ type: flow, arrival: 0.9, stepSize: { type: confidence, rule: power } }", "exponent", "[4]")
                        .at(4))
                .isEqualTo(ConfigFiles.option(
                        "decoder",
                        "{ type: flow, arrival: 0.9, stepSize: { type: confidence, rule: power, exponent: 4 } }",
                        DecoderChoice.class));
        assertThat(curve("{ type: flow, arrival: 0.9, stepSize: policy }", "price", "[0.5]")
                        .at(.5))
                .isEqualTo(ConfigFiles.option(
                        "decoder",
                        "{ type: flow, arrival: 0.9, stepSize: { type: policy, price: 0.5 } }",
                        DecoderChoice.class));
        assertThat(curve("{ type: soft-masking, unmasking: { type: llada2 } }", "threshold", "[0.6]")
                        .at(.6))
                .isEqualTo(ConfigFiles.option(
                        "decoder",
                        "{ type: soft-masking, unmasking: { type: llada2, threshold: 0.6 } }",
                        DecoderChoice.class));
        assertThat(curve("{ type: flow, commit: sure, arrival: 0.9, stepSize: constant }", "commitFrom", "[0.7]")
                        .at(.7))
                .isEqualTo(ConfigFiles.option(
                        "decoder",
                        "{ type: flow, commit: sure, arrival: 0.9, commitFrom: 0.7, stepSize: constant }",
                        DecoderChoice.class));
    }

    @Test
    void aCeilingOfStepsIsADialOfEveryDecoder() {
        CurveChoice curve = curve("{ type: dream }", "steps", "[6, 12]");
        assertThat(curve.steps(12, new DecodingBudget(1, 1), 48).steps(48)).isEqualTo(12);
        assertThat(curve("{ type: mask-prediction }", "threshold", "[0.5]")
                        .steps(.5, new DecodingBudget(1, 2), 48)
                        .steps(48))
                .isEqualTo(24);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{ type: mask-prediction } | treshold | [0.5] | did you mean \"threshold\"?",
                "{ type: flow, stepSize: { type: confidence, rule: power } } | scale | [2] | it has exponent",
                "{ type: remdm } | threshold | [0.5] | this decoder has none",
                "{ type: mask-prediction } | threshold | [0.5, 0.5] | each once",
                "{ type: mask-prediction } | threshold | [] | one or more",
                "{ type: mask-prediction } | threshold | [0.5, 1.5] | threshold must lie in [0, 1]",
                "{ type: mask-prediction } | threshold | [0, 0.5] | dial threshold must be above 0, was 0.0",
                "{ type: mask-prediction } | steps | [2.5] | whole numbers",
                "{ type: curve } | threshold | [0.5] | decoder must not be curve",
            })
    void aDialThatIsNotThereIsRefused(String decoder, String dial, String values, String message) {
        assertThatThrownBy(() -> curve(decoder, dial, values))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(message);
    }

    @Test
    void equalCallsTakeAnyDial() {
        EqualNfeChoice equal = (EqualNfeChoice) ConfigFiles.option(
                "decoder",
                "{ type: equal-nfe, decoder: { type: flow, arrival: 0.9, stepSize: { type: confidence, rule: power } },"
                        + " dial: exponent, values: [1, 2, 4] }",
                DecoderChoice.class);
        assertThat(equal.grid()).containsExactly(1.0, 2.0, 4.0);
        FlowChoice flow = (FlowChoice) equal.at(4);
        assertThat(((StepSizeChoice.Confidence) flow.stepSize()).exponent()).isEqualTo(4);
        assertThat(flow.settings().arrival()).isEqualTo(.9);
        assertThatThrownBy(
                        () -> ConfigFiles.option("decoder", "{ type: equal-nfe, dial: factor }", DecoderChoice.class))
                .hasMessageContaining("values must hold at least one value of dial factor");
    }

    @Test
    void aPolicyIsFilledInBehindTheDial() {
        DecoderChoice curve = curve("{ type: flow, arrival: 0.9, stepSize: policy }", "price", "[0.5]");
        assertThat(curve.learned()).isTrue();
        assertThat(curve.withPolicy("p-{seed}.safetensors").policyFiles(3)).containsExactly("p-3.safetensors");
        assertThat(curve("{ type: mask-prediction }", "threshold", "[0.5]").learned())
                .isFalse();
    }
}
