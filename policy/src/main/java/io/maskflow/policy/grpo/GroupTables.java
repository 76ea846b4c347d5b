package io.maskflow.policy.grpo;

import io.maskflow.policy.grpo.GrpoConfig.AdvantageLevel;
import io.maskflow.policy.grpo.GrpoConfig.Normalisation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Rewards and advantages of a whole step as tables {@code [B, G, N]}: the same numbers as {@link GroupAdvantage}, on
 * ND4J, for reports and export. The caller closes what it gets.
 *
 * @paper XF Eq. 18
 */
public final class GroupTables {

    private GroupTables() {}

    /**
     * {@code R[b, g, i] = task[b, g] + lambda t_final[b, g, i]}.
     *
     * @param task {@code [B, G]}
     * @param progress {@code [B, G, N]}
     * @param lambda weight of the completion reward
     * @return {@code [B, G, N]} in double
     */
    public static INDArray reward(double[][] task, double[][][] progress, double lambda) {
        int prompts = task.length;
        int samples = task[0].length;
        try (INDArray t = Nd4j.createFromArray(task);
                INDArray column = t.reshape(prompts, samples, 1)) {
            INDArray reward = Nd4j.createFromArray(progress).castTo(DataType.DOUBLE);
            return reward.muli(lambda).addi(column.broadcast(reward.shape()));
        }
    }

    /**
     * {@code (R - mean R) / (max(std R, floor) + epsilon)} within each group.
     *
     * @param reward {@code [B, G, N]}
     * @param advantage level and normalisation; its completion weight plays no part here
     * @return {@code [B, G, N]}
     */
    public static INDArray advantage(INDArray reward, GroupAdvantage advantage) {
        int[] axes = advantage.level() == AdvantageLevel.PER_POSITION ? new int[] {1} : new int[] {1, 2};
        INDArray compared = advantage.level() == AdvantageLevel.TRAJECTORY
                ? reward.mean(true, 2).broadcast(reward.shape())
                : reward.dup();
        INDArray centred = compared.sub(compared.mean(true, axes).broadcast(reward.shape()));
        if (advantage.normalisation() == Normalisation.NONE) {
            return centred;
        }
        long positions = reward.size(2);
        long repeats = advantage.level() == AdvantageLevel.TRAJECTORY ? positions : 1;
        long entries = reward.size(1) * (axes.length == 1 ? 1 : positions) / repeats;
        long divisor = advantage.normalisation() == Normalisation.UNBIASED ? Math.max(1, entries - 1) : entries;
        INDArray variance = centred.mul(centred).sum(true, axes).divi((double) divisor * repeats);
        INDArray std = org.nd4j.linalg.ops.transforms.Transforms.sqrt(variance, true);
        INDArray scale = org.nd4j.linalg.ops.transforms.Transforms.max(std, advantage.stdFloor(), true)
                .addi(advantage.stdEpsilon());
        return centred.divi(scale.broadcast(reward.shape()));
    }
}
