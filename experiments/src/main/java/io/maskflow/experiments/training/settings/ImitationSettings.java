package io.maskflow.experiments.training.settings;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.policy.cloning.CloningSettings;
import java.util.List;

/**
 * A policy taught offline, without reinforcement learning: rules made by hand decode the training problems at small budgets,
 * and the network learns the step fractions of those decodings whose program was right. The bar that asks what GRPO adds to
 * picking a good rule for each problem.
 *
 * @param candidates the rules, at least one; constants and confidence rules
 * @param budgets budgets they decode at; empty for those that are trained at
 * @param keep how many right decodings of a problem at a budget are learned from: those that settle first, by the mean
 *     progress over positions and steps; 0 for all
 * @param cloning how the network is fitted
 */
public record ImitationSettings(
        List<StepSizeChoice> candidates, List<DecodingBudget> budgets, int keep, CloningSettings cloning) {

    /** Checks candidates and count. */
    public ImitationSettings {
        candidates = List.copyOf(candidates);
        budgets = List.copyOf(budgets);
        checkCandidates("imitation", candidates);
        if (keep < 0) {
            throw new IllegalArgumentException("imitation.keep must be at least 0, was " + keep);
        }
    }

    /** Refuses a list that is empty or holds what is not a rule made by hand. */
    static void checkCandidates(String of, List<StepSizeChoice> candidates) {
        if (candidates.isEmpty()) {
            throw new IllegalArgumentException(of + ".candidates must hold at least one rule, was empty");
        }
        for (StepSizeChoice candidate : candidates) {
            if (!(candidate instanceof StepSizeChoice.Constant || candidate instanceof StepSizeChoice.Confidence)) {
                throw new IllegalArgumentException(
                        of + ".candidates must be constants or confidence rules, was " + candidate.label());
            }
        }
    }

    /** Six rules from timid to bold, every right decoding. */
    public static ImitationSettings defaults() {
        return new ImitationSettings(
                List.of(exponential(8), exponential(5), exponential(3), exponential(2), power(2), power(3)),
                List.of(),
                0,
                new CloningSettings(8000, 512, 5e-3, 0));
    }

    private static StepSizeChoice exponential(double scale) {
        return new StepSizeChoice.Confidence(StepSizeChoice.Confidence.Rule.EXPONENTIAL, 2, scale, 2, 1, 0.9);
    }

    private static StepSizeChoice power(double exponent) {
        return new StepSizeChoice.Confidence(StepSizeChoice.Confidence.Rule.POWER, 2, 8, exponent, 1, 0.9);
    }
}
