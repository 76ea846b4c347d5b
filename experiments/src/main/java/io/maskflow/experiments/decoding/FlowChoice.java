package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.flow.CommitRule;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.ReadOut;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code type: flow}.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param stepSize who chooses the step fractions
 * @param reEditing see {@link FlowSettings}, like the components that follow
 */
public record FlowChoice(
        String backbone,
        List<DecodingBudget> budgets,
        StepSizeChoice stepSize,
        boolean reEditing,
        boolean hardCommitment,
        boolean committedFinal,
        boolean reEditAfterUpdate,
        boolean commitSeesOldProgress,
        boolean synchronous,
        int blockLength,
        boolean laterBlocksFed,
        Interpolation interpolation,
        double reEditMargin,
        double commitBelow,
        ReadOut readOut,
        double arrival,
        CommitRule commit,
        double commitFrom,
        boolean logitsEosInf,
        boolean confidenceEosEotInf)
        implements DecoderChoice {

    /** Copies the budgets; {@link FlowSettings} checks the rest. */
    public FlowChoice {
        budgets = List.copyOf(budgets);
        new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut,
                arrival,
                commit,
                commitFrom,
                logitsEosInf,
                confidenceEosEotInf);
    }

    /** Every part on, our readings of the paper, a learned step size. */
    public static FlowChoice defaults() {
        FlowSettings d = FlowSettings.defaults();
        return new FlowChoice(
                "",
                List.of(),
                StepSizeChoice.Policy.defaults(),
                d.reEditing(),
                d.hardCommitment(),
                d.committedFinal(),
                d.reEditAfterUpdate(),
                d.commitSeesOldProgress(),
                d.synchronous(),
                d.blockLength(),
                d.laterBlocksFed(),
                d.interpolation(),
                d.reEditMargin(),
                d.commitBelow(),
                d.readOut(),
                d.arrival(),
                d.commit(),
                d.commitFrom(),
                d.logitsEosInf(),
                d.confidenceEosEotInf());
    }

    /** The decoder's switches. */
    public FlowSettings settings() {
        return new FlowSettings(
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut,
                arrival,
                commit,
                commitFrom,
                logitsEosInf,
                confidenceEosEotInf);
    }

    @Override
    public boolean draws() {
        return stepSize.dependsOnSeed();
    }

    /** Those of the step size; where responses end early also when, and from where on several positions are fixed. */
    @Override
    public List<String> dials() {
        List<String> dials = new ArrayList<>(stepSize.dials());
        if (arrival > 0) {
            dials.add("arrival");
        }
        if (commit != CommitRule.ONE) {
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
        return new FlowChoice(
                backbone,
                budgets,
                other,
                reEditing,
                hardCommitment,
                committedFinal,
                reEditAfterUpdate,
                commitSeesOldProgress,
                synchronous,
                blockLength,
                laterBlocksFed,
                interpolation,
                reEditMargin,
                commitBelow,
                readOut,
                arrival,
                commit,
                commitFrom,
                logitsEosInf,
                confidenceEosEotInf);
    }
}
