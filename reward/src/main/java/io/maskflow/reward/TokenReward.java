package io.maskflow.reward;

import java.util.Objects;

/**
 * The reward of each token of a trajectory, {@code R_{b,g,i} = R^task_{b,g} + λ · t^final_{b,g,i}}.
 *
 * @param task the trajectory-level term, broadcast to every token
 * @param completion the per-token term
 * @paper XF Eq. 18
 */
public record TokenReward(TaskReward task, CompletionReward completion) {
    public TokenReward {
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(completion, "completion");
    }

    /**
     * The rewards of one trajectory.
     *
     * @param rate the pass rate of its program
     * @param tFinal final decoding progress per token, each in [0, 1]  // [N]
     * @return one reward per token, in [0, 1 + λ]  // [N]
     */
    public double[] of(PassRate rate, double[] tFinal) {
        double rTask = task.of(rate);
        double[] r = new double[tFinal.length];
        for (int i = 0; i < r.length; i++) {
            r[i] = rTask + completion.of(tFinal[i]);
        }
        return r;
    }

    /** The same for progress held in single precision. */
    public double[] of(PassRate rate, float[] tFinal) {
        double[] t = new double[tFinal.length];
        for (int i = 0; i < t.length; i++) {
            t[i] = tFinal[i];
        }
        return of(rate, t);
    }
}
