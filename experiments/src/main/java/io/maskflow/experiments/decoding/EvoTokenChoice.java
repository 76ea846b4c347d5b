package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.evotoken.EvoTokenDecoder;
import io.maskflow.decoder.evotoken.EvoTokenSettings;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;

/**
 * {@code type: evotoken}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param settings how; a file has its components beside those above
 */
public record EvoTokenChoice(String backbone, List<DecodingBudget> budgets, @JsonUnwrapped EvoTokenSettings settings)
        implements RuleChoice {

    /** Copies the budgets. */
    public EvoTokenChoice {
        budgets = List.copyOf(budgets);
    }

    /** Those of the published command line. */
    public static EvoTokenChoice defaults() {
        return new EvoTokenChoice("", List.of(), EvoTokenSettings.defaults());
    }

    @Override
    public Decoder decoder(BackboneChoice base) {
        return new EvoTokenDecoder(settings);
    }

    @Override
    public int blockLength() {
        return settings.blockLength();
    }

    @Override
    public boolean draws() {
        return false;
    }

    @Override
    public List<String> dials() {
        return List.of("threshold");
    }
}
