package io.maskflow.experiments.decoding;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.softmask.FeedbackSchedule;
import io.maskflow.decoder.softmask.SoftMask;
import io.maskflow.decoder.softmask.SoftMaskFile;
import io.maskflow.decoder.softmask.SoftMaskingDecoder;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.models.BackboneChoice;
import java.nio.file.Path;
import java.util.List;

/**
 * {@code type: soft-masking}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param unmasking which positions are unmasked: any decoder with masked positions
 * @param parameters where the five that follow come from
 * @param omegaS see {@link SoftMask}, like the components that follow
 * @param schedule how the feedback depends on time
 * @param laterBlocks whether positions of later blocks get feedback too
 */
public record SoftMaskingChoice(
        String backbone,
        List<DecodingBudget> budgets,
        MaskingChoice unmasking,
        Parameters parameters,
        double omegaS,
        double omegaA,
        double omegaB,
        int k,
        double temperature,
        FeedbackSchedule schedule,
        boolean laterBlocks)
        implements RuleChoice {

    /** Where the parameters of the feedback come from. */
    public enum Parameters {
        /** Those learned with the base model if its folder has them, else the given ones. */
        AUTO,
        /** Those learned with the base model. */
        LEARNED,
        /** Those of the settings. */
        GIVEN
    }

    /** Copies the budgets; {@link SoftMask} checks the rest. */
    public SoftMaskingChoice {
        budgets = List.copyOf(budgets);
        new SoftMask(omegaS, omegaA, omegaB, k, temperature);
    }

    /** Around mask prediction; the learned parameters, or a moderate feedback of the best three without any. */
    public static SoftMaskingChoice defaults() {
        return new SoftMaskingChoice(
                "",
                List.of(),
                MaskPredictionChoice.defaults(),
                Parameters.AUTO,
                0.5,
                10 / 1.5,
                -0.75,
                3,
                1,
                FeedbackSchedule.defaults(),
                true);
    }

    @Override
    public Decoder decoder(BackboneChoice base) {
        return new SoftMaskingDecoder(unmasking.decoder(base), softMask(base), schedule, laterBlocks);
    }

    private SoftMask softMask(BackboneChoice base) {
        Path folder = base.adapter().filter(SoftMaskFile::in).orElse(base.folder());
        boolean there = SoftMaskFile.in(folder);
        if (parameters == Parameters.LEARNED && !there) {
            throw new ConfigurationException("parameters: learned needs " + SoftMaskFile.NAME
                    + " beside the model, there is" + " none in " + folder);
        }
        return there && parameters != Parameters.GIVEN
                ? SoftMaskFile.read(folder)
                : new SoftMask(omegaS, omegaA, omegaB, k, temperature);
    }

    @Override
    public boolean draws() {
        return unmasking.draws();
    }

    @Override
    public int blockLength() {
        return unmasking.blockLength();
    }

    @Override
    public String eosRuleWord() {
        return unmasking.eosRuleWord();
    }

    @Override
    public List<String> dials() {
        return unmasking.dials();
    }
}
