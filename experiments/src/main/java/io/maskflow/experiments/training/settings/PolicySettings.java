package io.maskflow.experiments.training.settings;

import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.distribution.ActionScale;
import java.util.List;

/**
 * The policy network and what it starts from.
 *
 * @param features what it reads, by name; the paper's eight by default (XF Eq. 13)
 * @param hidden width of both hidden layers
 * @param muMin lower bound of the Beta mean (XF Eq. 15 has 0.05)
 * @param muMax upper bound (XF Eq. 15 has 0.95)
 * @param kappaMin lower bound of the concentration
 * @param kappaMax upper bound
 * @param aMin smallest step fraction (XF §4.2: 1/256)
 * @param aMax largest step fraction (XF §4.2: 1)
 * @param scale {@code log} (XF Eq. 17) or {@code linear}
 * @param start {@code random}, {@code clone} (of the rule that {@code y = c}, see {@link WarmStart}), {@code imitation} (of
 *     rules where they were right, see {@link ImitationSettings}), {@code learned-confidence} (the rule of the clone on a
 *     confidence learnt from decodings, see {@link LearnedConfidenceSettings}) or a policy file
 * @param warmStart how a clone is made
 * @param imitation how an imitation is made
 * @param learnedConfidence how a confidence is learnt
 */
public record PolicySettings(
        List<String> features,
        int hidden,
        double muMin,
        double muMax,
        double kappaMin,
        double kappaMax,
        double aMin,
        double aMax,
        String scale,
        String start,
        WarmStart warmStart,
        ImitationSettings imitation,
        LearnedConfidenceSettings learnedConfidence) {

    /** Checks everything that {@link PolicyShape} checks. */
    public PolicySettings {
        features = List.copyOf(features);
        shape(features, hidden, muMin, muMax, kappaMin, kappaMax, aMin, aMax, scale, new PriceRange(1, 1));
    }

    /** The paper's features and range of actions, bounds wide enough for the rule {@code y = c}, started from it. */
    public static PolicySettings defaults() {
        PolicyShape wide = PolicyShape.WIDE;
        return new PolicySettings(
                PolicyState.PAPER.labels(),
                wide.hidden(),
                wide.muMin(),
                wide.muMax(),
                wide.kappaMin(),
                wide.kappaMax(),
                wide.action().aMin(),
                wide.action().aMax(),
                wide.action().word(),
                "clone",
                WarmStart.defaults(),
                ImitationSettings.defaults(),
                LearnedConfidenceSettings.defaults());
    }

    /**
     * Everything but the weights.
     *
     * @param prices that the policy is made for, if the price is one of its features
     */
    public PolicyShape shape(PriceRange prices) {
        return shape(features, hidden, muMin, muMax, kappaMin, kappaMax, aMin, aMax, scale, prices);
    }

    private static PolicyShape shape(
            List<String> features,
            int hidden,
            double muMin,
            double muMax,
            double kappaMin,
            double kappaMax,
            double aMin,
            double aMax,
            String scale,
            PriceRange prices) {
        PolicyState state = PolicyState.named(features);
        return new PolicyShape(
                state,
                hidden,
                muMin,
                muMax,
                kappaMin,
                kappaMax,
                ActionScale.of(scale, aMin, aMax),
                state.priced() ? prices : PriceRange.NONE);
    }
}
