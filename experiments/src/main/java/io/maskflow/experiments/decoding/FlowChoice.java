package io.maskflow.experiments.decoding;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.CommitRule;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code type: flow}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param stepSize who chooses the step fractions
 * @param settings how; a file has its components beside those above
 */
public record FlowChoice(
        String backbone, List<DecodingBudget> budgets, StepSizeChoice stepSize, @JsonUnwrapped FlowSettings settings)
        implements DecoderChoice {

    /** Copies the budgets. */
    public FlowChoice {
        budgets = List.copyOf(budgets);
    }

    /** Every part on, our readings of the paper, a learned step size. */
    public static FlowChoice defaults() {
        return new FlowChoice("", List.of(), StepSizeChoice.Policy.defaults(), FlowSettings.defaults());
    }

    @Override
    public int blockLength() {
        return settings.blockLength();
    }

    @Override
    public boolean draws() {
        return stepSize.dependsOnSeed();
    }

    /** Those of the step size; where responses end early also when, and from where on several positions are fixed. */
    @Override
    public List<String> dials() {
        List<String> dials = new ArrayList<>(stepSize.dials());
        if (settings.arrival() > 0) {
            dials.add("arrival");
        }
        if (settings.commit() != CommitRule.ONE) {
            dials.add("commitFrom");
        }
        return dials;
    }

    @Override
    public boolean learned() {
        return stepSize.learned();
    }

    @Override
    public List<String> policyFiles(long seed) {
        return stepSize.of(seed).policyFiles();
    }

    @Override
    public FlowChoice withPolicy(String file) {
        return withStepSize(stepSize.withPolicy(file));
    }

    /** The same decoder with another step size. */
    public FlowChoice withStepSize(StepSizeChoice other) {
        return new FlowChoice(backbone, budgets, other, settings);
    }
}
