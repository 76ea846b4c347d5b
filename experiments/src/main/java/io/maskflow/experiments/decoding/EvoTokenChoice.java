package io.maskflow.experiments.decoding;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.evotoken.EvoTokenDecoder;
import io.maskflow.decoder.evotoken.EvoTokenSettings;
import io.maskflow.decoder.masking.Remasking;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.List;

/**
 * {@code type: evotoken}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param k see {@link EvoTokenSettings}, like the components that follow
 */
public record EvoTokenChoice(
        String backbone,
        List<DecodingBudget> budgets,
        int k,
        double alpha,
        int blockLength,
        double threshold,
        Remasking remasking)
        implements RuleChoice {

    /** Copies the budgets; {@link EvoTokenSettings} checks the rest. */
    public EvoTokenChoice {
        budgets = List.copyOf(budgets);
        new EvoTokenSettings(k, alpha, blockLength, threshold, remasking);
    }

    /** Those of the published command line. */
    public static EvoTokenChoice defaults() {
        EvoTokenSettings d = EvoTokenSettings.defaults();
        return new EvoTokenChoice("", List.of(), d.k(), d.alpha(), d.blockLength(), d.threshold(), d.remasking());
    }

    @Override
    public Decoder decoder(BackboneChoice base) {
        return new EvoTokenDecoder(new EvoTokenSettings(k, alpha, blockLength, threshold, remasking));
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
