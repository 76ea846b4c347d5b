package io.maskflow.reward;

/**
 * The trajectory-level task term {@code R^task_{b,g}} of the reward (XF Eq. 18): a number in [0, 1] for one graded program, the same for every
 * token of its trajectory.
 */
@FunctionalInterface
public interface TaskReward {
    /** The reward of a program with this pass rate, in [0, 1]. */
    double of(PassRate rate);

    /** The pass rate itself: partial credit per assert. */
    static TaskReward passRate() {
        return PassRate::value;
    }

    /** 1 if all asserts hold, else 0. */
    static TaskReward allPass() {
        return rate -> rate.all() ? 1 : 0;
    }
}
