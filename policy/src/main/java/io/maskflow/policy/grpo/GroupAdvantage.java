package io.maskflow.policy.grpo;

import io.maskflow.policy.grpo.GrpoConfig.AdvantageLevel;
import io.maskflow.policy.grpo.GrpoConfig.CompletionMode;
import io.maskflow.policy.grpo.GrpoConfig.Normalisation;
import java.io.Serializable;
import java.util.List;

/**
 * How much better each token of each sample did than its group: {@code A = (R - mean R) / (std R + epsilon)} with {@code
 * R[g, i] = task[g] + lambda t_final[g, i]}.
 *
 * @param level what is compared
 * @param normalisation what it is divided by
 * @param stdEpsilon added to the standard deviation
 * @param stdFloor smallest standard deviation divided by
 * @param lambda weight of the completion reward
 * @param completionMode how the completion reward enters
 * @paper XF §4.2 (group advantage)
 */
public record GroupAdvantage(
        AdvantageLevel level,
        Normalisation normalisation,
        double stdEpsilon,
        double stdFloor,
        double lambda,
        CompletionMode completionMode)
        implements Serializable {

    /**
     * True if all task rewards are equal: such a group says nothing about the task.
     *
     * @param task {@code [G]}
     */
    public static boolean flat(double[] task) {
        for (double reward : task) {
            if (reward != task[0]) {
                return false;
            }
        }
        return true;
    }

    /**
     * {@code R[g, i] = task[g] + lambda t_final[g, i]}.
     *
     * @param task {@code [G]}
     * @param progress {@code [G, N]} {@code t_final}
     * @param lambda weight of the completion reward
     * @return {@code [G, N]}
     * @paper XF Eq. 18
     */
    public static double[][] reward(double[] task, float[][] progress, double lambda) {
        double[][] reward = new double[task.length][];
        for (int g = 0; g < task.length; g++) {
            reward[g] = new double[progress[g].length];
            for (int i = 0; i < reward[g].length; i++) {
                reward[g][i] = task[g] + lambda * progress[g][i];
            }
        }
        return reward;
    }

    /**
     * The same with progress in double.
     *
     * @param task {@code [G]}
     * @param progress {@code [G, N]} {@code t_final}
     * @param lambda weight of the completion reward
     * @return {@code [G, N]}
     */
    public static double[][] reward(double[] task, double[][] progress, double lambda) {
        double[][] reward = new double[task.length][];
        for (int g = 0; g < task.length; g++) {
            reward[g] = progress[g].clone();
            for (int i = 0; i < reward[g].length; i++) {
                reward[g][i] = task[g] + lambda * reward[g][i];
            }
        }
        return reward;
    }

    /**
     * The advantages of one group.
     *
     * @param task {@code [G]} task rewards
     * @param progress {@code [G, N]} {@code t_final}
     * @return {@code [G, N]}; exactly zero where all compared rewards are equal
     */
    public double[][] of(double[] task, float[][] progress) {
        if (task.length == 0 || task.length != progress.length) {
            throw new IllegalArgumentException("a group needs one final progress per task reward, had " + task.length
                    + " rewards and " + progress.length + " progresses");
        }
        return switch (completionMode) {
            case SUM -> compared(reward(task, progress, lambda));
            case SEPARATE -> sum(compared(reward(task, progress, 0)), compared(progressOnly(progress)), lambda);
            case TIES ->
                flat(task)
                        ? sum(new double[task.length][progress[0].length], compared(progressOnly(progress)), lambda)
                        : compared(reward(task, progress, 0));
        };
    }

    private static double[][] progressOnly(float[][] progress) {
        return reward(new double[progress.length], progress, 1);
    }

    private static double[][] sum(double[][] a, double[][] b, double weight) {
        double[][] sum = new double[a.length][];
        for (int g = 0; g < a.length; g++) {
            sum[g] = new double[a[g].length];
            for (int i = 0; i < sum[g].length; i++) {
                sum[g][i] = a[g][i] + weight * b[g][i];
            }
        }
        return sum;
    }

    /**
     * {@code (R - mean) / (max(std, floor) + epsilon)} at this level.
     *
     * @param reward {@code [G, N]}
     * @return {@code [G, N]}
     */
    public double[][] compared(double[][] reward) {
        int samples = reward.length;
        int positions = reward[0].length;
        double[][] advantage = new double[samples][positions];
        double[] values;
        switch (level) {
            case PER_POSITION -> {
                values = new double[samples];
                for (int i = 0; i < positions; i++) {
                    for (int g = 0; g < samples; g++) {
                        values[g] = reward[g][i];
                    }
                    compare(values);
                    for (int g = 0; g < samples; g++) {
                        advantage[g][i] = values[g];
                    }
                }
            }
            case TRAJECTORY -> {
                values = new double[samples];
                for (int g = 0; g < samples; g++) {
                    values[g] = mean(reward[g]);
                }
                compare(values);
                for (int g = 0; g < samples; g++) {
                    java.util.Arrays.fill(advantage[g], values[g]);
                }
            }
            case POOLED -> {
                values = new double[samples * positions];
                for (int g = 0; g < samples; g++) {
                    System.arraycopy(reward[g], 0, values, g * positions, positions);
                }
                compare(values);
                for (int g = 0; g < samples; g++) {
                    System.arraycopy(values, g * positions, advantage[g], 0, positions);
                }
            }
        }
        return advantage;
    }

    /** In place. */
    private void compare(double[] values) {
        double mean = mean(values);
        double squares = 0;
        for (int i = 0; i < values.length; i++) {
            values[i] -= mean;
            squares += values[i] * values[i];
        }
        if (normalisation == Normalisation.NONE || normalisation == Normalisation.BATCH) {
            return;
        }
        int divisor = normalisation == Normalisation.UNBIASED ? Math.max(1, values.length - 1) : values.length;
        double scale = Math.max(stdFloor, Math.sqrt(squares / divisor)) + stdEpsilon;
        for (int i = 0; i < values.length; i++) {
            values[i] /= scale;
        }
    }

    /**
     * What the centred advantages of a step are divided by with {@code normalisation: batch}: their root mean square, at least
     * the floor, plus epsilon. With any other normalisation 1.
     *
     * @param learned advantages of the groups that are learned from, {@code [G, N]} each; empty rows take no part
     */
    public double batchScale(List<double[][]> learned) {
        if (normalisation != Normalisation.BATCH) {
            return 1;
        }
        double squares = 0;
        long count = 0;
        for (double[][] group : learned) {
            for (double[] row : group) {
                for (double value : row) {
                    squares += value * value;
                }
                count += row.length;
            }
        }
        return Math.max(stdFloor, count == 0 ? 0 : Math.sqrt(squares / count)) + stdEpsilon;
    }

    /** {@code v_0 + mean(v - v_0)}: exact where all values are equal. */
    private static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value - values[0];
        }
        return values[0] + sum / values.length;
    }
}
