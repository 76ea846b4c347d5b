package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.masking.MaskingDecoder;
import io.maskflow.decoder.remdm.RemaskingStrategy;
import io.maskflow.decoder.remdm.RemdmDecoder;
import io.maskflow.decoder.remdm.RemdmSettings;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * {@code type: remdm}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param strategy see {@link RemdmSettings}, like the components that follow
 */
public record RemdmChoice(
        String backbone,
        List<DecodingBudget> budgets,
        RemaskingStrategy strategy,
        double eta,
        double tOn,
        double tOff,
        double alphaOn,
        double temperature,
        double topP)
        implements MaskingChoice {

    /** Copies the budgets; {@link RemdmSettings} checks the rest. */
    public RemdmChoice {
        budgets = List.copyOf(budgets);
        new RemdmSettings(strategy, eta, tOn, tOff, alphaOn, temperature, topP);
    }

    /** Cap, as SM uses it for fast sampling. */
    public static RemdmChoice defaults() {
        RemdmSettings d = RemdmSettings.defaults();
        return new RemdmChoice(
                "", List.of(), d.strategy(), d.eta(), d.tOn(), d.tOff(), d.alphaOn(), d.temperature(), d.topP());
    }

    @Override
    public MaskingDecoder decoder(BackboneChoice base) {
        return new RemdmDecoder(new RemdmSettings(strategy, eta, tOn, tOff, alphaOn, temperature, topP));
    }

    /** Always: which positions are filled is drawn whatever the temperature. */
    @Override
    public Optional<DecoderChoice> withSampling(OptionalDouble other, OptionalDouble otherTopP) {
        return Optional.of(new RemdmChoice(
                backbone,
                budgets,
                strategy,
                eta,
                tOn,
                tOff,
                alphaOn,
                other.orElse(temperature),
                otherTopP.orElse(topP)));
    }

    @Override
    public boolean draws() {
        return true;
    }
}
