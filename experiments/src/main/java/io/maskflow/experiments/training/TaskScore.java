package io.maskflow.experiments.training;

import io.maskflow.reward.TaskReward;

/** Names of the task rewards (XF Eq. 18) in a settings file. */
public enum TaskScore {
    /** Share of asserts that pass. */
    PASS_RATE(TaskReward.passRate()),
    /** 1 if all asserts pass, else 0. */
    ALL_PASS(TaskReward.allPass()),
    /** The mean of both. */
    MEAN(TaskReward.meanOfPassRateAndAllPass());

    private final TaskReward reward;

    TaskScore(TaskReward reward) {
        this.reward = reward;
    }

    TaskReward reward() {
        return reward;
    }
}
