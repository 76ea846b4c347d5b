package io.maskflow.experiments.training.settings;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.ReadOut;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.models.FleetSettings;
import io.maskflow.experiments.problems.BadRows;
import io.maskflow.experiments.problems.GraderChoice;
import io.maskflow.experiments.problems.PromptSettings;
import io.maskflow.policy.Exploration;
import io.maskflow.policy.PolicyFeature;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.GrpoConfig;
import java.util.List;

/**
 * A GRPO run.
 *
 * @param seed run seed: every random draw is a function of it and of what is drawn for
 * @param steps training steps (XF §5.2: 6,000)
 * @param prompts prompts per step (XF §5.2: 8)
 * @param groupSize {@code G}, rollouts per prompt (XF §5.2: 8)
 * @param responseLength {@code N} (XF §5.2: 256)
 * @param budget steps over response length; with several, the groups of a step take them in turn
 * @param backbone base model to decode with, aligned
 * @param dtype type it computes in: {@code f32} or {@code bf16}
 * @param problems training problems
 * @param prompt how a problem becomes a prompt
 * @param filter which problems are trained on
 * @param limit how many of them, from the first; 0 for all. A handful is learned by heart: the usual check that the learner
 *     learns ({@code configs/train/overfit.yaml})
 * @param sharedProblems what becomes of a run whose training, validation and evaluation share a problem: {@code refuse}, or
 *     {@code accept} with a word
 * @param policy the network and its start
 * @param decoder the flow's switches; its step size is the policy being trained
 * @param exploration how actions are drawn (XF §4.2: every one, independently)
 * @param replay probability that a place in the batch goes to a problem whose last group was not flat, in [0, 1)
 * @param reward what an answer is worth: a weighted sum, and the price of model calls
 * @param grpo the learner
 * @param validation how the best policy is found
 * @param fleet workers
 * @param grader sandbox
 * @param checkpointEvery steps between checkpoints
 * @param keepCheckpoints how many of the newest are kept
 * @param maxNoVerdict largest share of answers of a step without a verdict before the run stops, in [0, 1]
 * @param maxNumericFaults how many groups may meet numbers that are not finite before the run stops, at least 0; each is
 *     left out, counted and written to {@code faults/}
 * @param resampleRounds with {@code grpo.flatGroups: resample}, how often flat groups are replaced at most in a step, at
 *     least 1
 * @param badRows what becomes of a row of a problem file that cannot be read: {@code stop} or {@code skip}
 * @param stop when the run ends before its last step
 * @param samples which answers of the training are written down
 * @param evaluate whether the closing evaluation is made
 * @param evaluation the closing evaluation; an empty {@code backbone} there means this run's
 */
public record TrainConfig(
        long seed,
        int steps,
        int prompts,
        int groupSize,
        int responseLength,
        List<DecodingBudget> budget,
        String backbone,
        String dtype,
        String problems,
        PromptSettings prompt,
        FilterSettings filter,
        int limit,
        SharedProblems sharedProblems,
        PolicySettings policy,
        FlowChoice decoder,
        Exploration exploration,
        double replay,
        List<RewardChoice> reward,
        GrpoConfig grpo,
        ValidationSettings validation,
        FleetSettings fleet,
        GraderChoice grader,
        int checkpointEvery,
        int keepCheckpoints,
        double maxNoVerdict,
        int maxNumericFaults,
        int resampleRounds,
        BadRows badRows,
        StopRules stop,
        SampleSettings samples,
        boolean evaluate,
        EvaluateConfig evaluation) {

    /** Checks counts and ranges. */
    public TrainConfig {
        budget = List.copyOf(budget);
        Rewards rewards = new Rewards(reward);
        reward = rewards.terms();
        boolean priced = policy.features().contains(PolicyFeature.PRICE.label());
        if (priced && rewards.prices().none()) {
            throw new IllegalArgumentException("reward must hold calls with a price above 0, because policy.features"
                    + " holds price, was " + reward);
        }
        if (rewards.dial() && !priced) {
            throw new IllegalArgumentException("policy.features must hold price, because the price of reward calls is a"
                    + " range: a policy that does not see it learns something in between");
        }
        for (double price : validation.prices()) {
            if (!priced || !rewards.prices().holds(price)) {
                throw new IllegalArgumentException(
                        "validation.prices must lie in the range of prices that the policy is trained for, was " + price
                                + (priced ? "" : " without the policy feature price"));
            }
        }
        if (priced && policy.start().equals("imitation")) {
            throw new IllegalArgumentException("policy.start must not be imitation for a policy with the feature price:"
                    + " the rules it imitates know none; use clone");
        }
        atLeast("steps", steps, 0);
        atLeast("prompts", prompts, 1);
        atLeast("groupSize", groupSize, 2);
        atLeast("responseLength", responseLength, 1);
        atLeast("checkpointEvery", checkpointEvery, 1);
        atLeast("keepCheckpoints", keepCheckpoints, 1);
        atLeast("limit", limit, 0);
        atLeast("maxNumericFaults", maxNumericFaults, 0);
        atLeast("resampleRounds", resampleRounds, 1);
        if (budget.isEmpty()) {
            throw new IllegalArgumentException("budget must hold at least one budget, was empty");
        }
        refuseUseless(decoder);
        refuseNothingToDecide(budget, responseLength, grpo, decoder);
        grpo.check(exploration);
        if (!(replay >= 0 && replay < 1)) {
            throw new IllegalArgumentException("replay must lie in [0, 1), was " + replay);
        }
        if (!(maxNoVerdict >= 0 && maxNoVerdict <= 1)) {
            throw new IllegalArgumentException("maxNoVerdict must lie in [0, 1], was " + maxNoVerdict);
        }
    }

    /** Refuses what would be read and then not acted on. */
    private static void refuseUseless(FlowChoice decoder) {
        if (!decoder.stepSize().equals(StepSizeChoice.Policy.defaults())) {
            throw new IllegalArgumentException(
                    "decoder.stepSize must be left out of a training file: the step size is the"
                            + " policy that is trained (its start: policy.start), was "
                            + decoder.stepSize().label());
        }
        if (!decoder.backbone().isEmpty()) {
            throw new IllegalArgumentException("decoder.backbone must be left out of a training file: the model is"
                    + " backbone, was " + decoder.backbone());
        }
        if (!decoder.budgets().isEmpty()) {
            throw new IllegalArgumentException("decoder.budgets must be left out of a training file: the budgets are"
                    + " budget, were " + decoder.budgets());
        }
    }

    /** With one step to a response and no completion reward there is no action that a reward can tell apart. */
    private static void refuseNothingToDecide(
            List<DecodingBudget> budget, int responseLength, GrpoConfig grpo, FlowChoice decoder) {
        boolean lastStepCounts = grpo.completionWeight() > 0
                || grpo.completionWeightFinal() > 0
                || decoder.settings().readOut() == ReadOut.HEAVIEST_TOKEN;
        for (DecodingBudget one : budget) {
            if (one.steps(responseLength) < 2 && !lastStepCounts) {
                throw new IllegalArgumentException("budget " + one + " of responseLength " + responseLength + " is "
                        + one.steps(responseLength)
                        + " step: what is written is read from the last model call, before any"
                        + " action, so there is nothing to learn; at least 2 steps are needed");
            }
        }
    }

    /**
     * The price of a model call for the group of a prompt in a step.
     *
     * @param step training step, from 0
     * @param prompt stable number of the prompt
     * @return 0 where calls have none
     */
    public double price(long step, long prompt) {
        return rewards().prices().draw(seed, step, prompt);
    }

    /** The reward as it is computed. */
    public Rewards rewards() {
        return new Rewards(reward);
    }

    /** Everything about the policy but its weights. */
    public PolicyShape policyShape() {
        return policy.shape(rewards().prices());
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }

    /** The built-in world, small enough for two cores. */
    public static TrainConfig defaults() {
        return new TrainConfig(
                0,
                100,
                16,
                8,
                48,
                List.of(new DecodingBudget(1, 4)),
                "builtin/aligned-unmasked-kl",
                "f32",
                "builtin:train",
                PromptSettings.defaults(),
                FilterSettings.defaults(),
                0,
                SharedProblems.REFUSE,
                PolicySettings.defaults(),
                FlowChoice.defaults(),
                Exploration.defaults(),
                0.5,
                List.of(new RewardChoice.PassRate(0.5), new RewardChoice.AllPass(0.5)),
                GrpoConfig.defaults(),
                ValidationSettings.defaults(),
                FleetSettings.defaults(),
                GraderChoice.training(),
                10,
                3,
                0.05,
                8,
                2,
                BadRows.STOP,
                StopRules.defaults(),
                SampleSettings.defaults(),
                true,
                EvaluateConfig.defaults());
    }
}
