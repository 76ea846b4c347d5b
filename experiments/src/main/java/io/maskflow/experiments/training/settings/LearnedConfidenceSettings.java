package io.maskflow.experiments.training.settings;

import io.maskflow.experiments.decoding.step.StepSizeChoice;
import java.util.List;

/**
 * A confidence learnt from decodings, for a policy to start from: the chance that a position's most probable token is the one of
 * a right answer. {@code warmStart} says which rule steps on it, and how it is fitted.
 *
 * @param candidates rules by which the training problems are decoded, at least one; constants and confidence rules. The first
 *     that solves a problem gives the right answer for the decodings that do not
 * @param rounds 1 for these decodings alone; in each further round the problems are decoded by the rule on the confidence learnt
 *     so far, at five places of the range of prices, and everything is learnt again
 * @param share how much of it there is in what the rule sees, {@code c^(1 - share) learnt^share}: at the lowest and at the
 *     highest price, even between them, in [0, 1]
 */
public record LearnedConfidenceSettings(List<StepSizeChoice> candidates, int rounds, List<Double> share) {

    /** Checks candidates and ranges. */
    public LearnedConfidenceSettings {
        candidates = List.copyOf(candidates);
        share = List.copyOf(share);
        ImitationSettings.checkCandidates("learnedConfidence", candidates);
        if (rounds < 1) {
            throw new IllegalArgumentException("learnedConfidence.rounds must be at least 1, was " + rounds);
        }
        if (share.size() != 2 || share.stream().anyMatch(w -> !(w >= 0 && w <= 1))) {
            throw new IllegalArgumentException(
                    "learnedConfidence.share must be two numbers in [0, 1], at the lowest and"
                            + " at the highest price, was " + share);
        }
    }

    /** Nine rules from timid to bold, one round. */
    public static LearnedConfidenceSettings defaults() {
        return new LearnedConfidenceSettings(
                List.of(
                        power(16, 0.98),
                        power(16, 0.95),
                        power(12, 1),
                        power(32, 0.9),
                        power(8, 0.9),
                        power(4, 0.9),
                        power(2, 0.9),
                        power(4, 0.8),
                        power(2, 0.8)),
                1,
                List.of(1.0, 1.0));
    }

    private static StepSizeChoice power(double exponent, double fullFrom) {
        return new StepSizeChoice.Confidence(StepSizeChoice.Confidence.Rule.POWER, 2, 8, exponent, fullFrom, 0.9);
    }
}
