package io.maskflow.policy.grpo;

import static io.maskflow.policy.Golden.assertRelative;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.policy.Golden;
import io.maskflow.policy.grpo.GrpoConfig.AdvantageLevel;
import io.maskflow.policy.grpo.GrpoConfig.CompletionMode;
import io.maskflow.policy.grpo.GrpoConfig.Normalisation;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class GroupAdvantageTest {

    private static GroupAdvantage advantage(
            AdvantageLevel level, Normalisation by, double lambda, CompletionMode mode) {
        return new GroupAdvantage(level, by, 1e-4, 0, lambda, mode);
    }

    private static GroupAdvantage sum(AdvantageLevel level, Normalisation by, double lambda) {
        return advantage(level, by, lambda, CompletionMode.SUM);
    }

    /** Golden rewards are in double; final progress enters here as the difference to the task reward. */
    @Test
    void allGoldenDefinitions() {
        JsonNode golden = Golden.json("grpo.json");
        record Definition(String name, AdvantageLevel level, Normalisation by) {}
        List<Definition> definitions = List.of(
                new Definition("per_token_centered", AdvantageLevel.PER_POSITION, Normalisation.NONE),
                new Definition("per_token_std_unbiased_eps1e_4", AdvantageLevel.PER_POSITION, Normalisation.UNBIASED),
                new Definition(
                        "per_token_std_population_eps1e_4", AdvantageLevel.PER_POSITION, Normalisation.POPULATION),
                new Definition("pooled_centered", AdvantageLevel.POOLED, Normalisation.NONE),
                new Definition("pooled_std_population_eps1e_4", AdvantageLevel.POOLED, Normalisation.POPULATION),
                new Definition("trajectory_centered", AdvantageLevel.TRAJECTORY, Normalisation.NONE),
                new Definition("trajectory_std_unbiased_eps1e_4", AdvantageLevel.TRAJECTORY, Normalisation.UNBIASED),
                new Definition(
                        "trajectory_std_population_eps1e_4", AdvantageLevel.TRAJECTORY, Normalisation.POPULATION));
        for (JsonNode c : golden.get("cases")) {
            for (int b = 0; b < c.get("reward").size(); b++) {
                double[][] reward = matrix(c.get("reward").get(b));
                for (Definition d : definitions) {
                    double[][] own = sum(d.level, d.by, 0).compared(reward);
                    JsonNode expected = c.get(d.name).get(b);
                    for (int g = 0; g < own.length; g++) {
                        for (int i = 0; i < own[g].length; i++) {
                            JsonNode value = expected.get(g);
                            assertRelative(d.name, own[g][i], (value.isArray() ? value.get(i) : value).asDouble());
                        }
                    }
                }
            }
        }
    }

    @Test
    void goldenRewardsAreTaskPlusWeightedCompletion() {
        JsonNode golden = Golden.json("grpo.json");
        double[] task = Golden.doubles(golden.get("task_reward").get(1));
        float[][] progress = floats(matrix(golden.get("t_final").get(1)));
        double[][] own = GroupAdvantage.reward(task, progress, 0.5);
        double[][] expected = matrix(golden.get("cases").get(2).get("reward").get(1));
        for (int g = 0; g < own.length; g++) {
            for (int i = 0; i < own[g].length; i++) {
                assertRelative("reward", own[g][i], expected[g][i], 1e-7, 1); // progress is stored as float32
            }
        }
    }

    @Test
    void equalRewardsGiveZeroAdvantage() {
        double[] task = {1.0 / 3, 1.0 / 3, 1.0 / 3, 1.0 / 3};
        float[][] progress = new float[4][6];
        for (float[] row : progress) {
            java.util.Arrays.fill(row, .7f);
        }
        for (AdvantageLevel level : AdvantageLevel.values()) {
            for (Normalisation by : Normalisation.values()) {
                for (CompletionMode mode : CompletionMode.values()) {
                    for (double[] row : advantage(level, by, .1, mode).of(task, progress)) {
                        assertThat(row).containsOnly(0);
                    }
                }
            }
        }
        assertThat(GroupAdvantage.flat(task)).isTrue();
    }

    @Test
    void advantagesOfAGroupSumToZero() {
        SplittableRandom random = new SplittableRandom(3);
        for (AdvantageLevel level : AdvantageLevel.values()) {
            for (Normalisation by : Normalisation.values()) {
                for (CompletionMode mode : CompletionMode.values()) {
                    double[] task = random.doubles(8).toArray();
                    double[][] a = advantage(level, by, .3, mode).of(task, progress(random, 8, 5));
                    double total = 0;
                    for (double[] row : a) {
                        total += java.util.Arrays.stream(row).sum();
                    }
                    assertThat(total)
                            .as("%s %s %s", level, by, mode)
                            .isCloseTo(0, org.assertj.core.data.Offset.offset(1e-11));
                }
            }
        }
    }

    @Test
    void tiesLearnFromCompletionOnlyWhereTaskRewardsAreEqual() {
        SplittableRandom random = new SplittableRandom(4);
        float[][] progress = progress(random, 3, 2);
        GroupAdvantage ties = advantage(AdvantageLevel.PER_POSITION, Normalisation.NONE, .5, CompletionMode.TIES);
        assertThat(ties.of(new double[] {0, 1, 2}, progress)).isDeepEqualTo(new double[][] {{-1, -1}, {0, 0}, {1, 1}});
        double third = (progress[0][0] + (double) progress[1][0] + progress[2][0]) / 3;
        assertThat(ties.of(new double[] {1, 1, 1}, progress)[0][0])
                .isCloseTo(.5 * (progress[0][0] - third), org.assertj.core.data.Offset.offset(1e-15));
    }

    /** Rewards 0 and .02: population deviation .01, below the floor of .1, so the advantages are -.01/.1001, .01/.1001. */
    @Test
    void smallDeviationsAreNotBlownUp() {
        GroupAdvantage floor = new GroupAdvantage(
                AdvantageLevel.TRAJECTORY, Normalisation.POPULATION, 1e-4, .1, 0, CompletionMode.SUM);
        double[][] a = floor.of(new double[] {0, .02}, new float[2][1]);
        assertThat(a[1][0]).isCloseTo(.01 / .1001, org.assertj.core.data.Offset.offset(1e-15));
    }

    /** Groups {0, 1} and {.5, .6}: centred -.5, .5, -.05, .05, root mean square sqrt(.12625) = .3553. */
    @Test
    void aStepCanBeDividedByOneNumber() {
        GroupAdvantage batch =
                new GroupAdvantage(AdvantageLevel.TRAJECTORY, Normalisation.BATCH, 1e-4, .1, 0, CompletionMode.SUM);
        double[][] wide = batch.of(new double[] {0, 1}, new float[2][1]);
        double[][] narrow = batch.of(new double[] {.5, .6}, new float[2][1]);
        assertThat(wide[1][0]).isEqualTo(.5);
        double scale =
                batch.batchScale(java.util.List.of(wide, narrow, new double[2][0])); // the last is not learned from
        assertThat(scale).isCloseTo(Math.sqrt(.12625) + 1e-4, org.assertj.core.data.Offset.offset(1e-12));
        GroupAdvantage own = new GroupAdvantage(
                AdvantageLevel.TRAJECTORY, Normalisation.POPULATION, 1e-4, .1, 0, CompletionMode.SUM);
        assertThat(own.batchScale(java.util.List.of(wide, narrow))).isEqualTo(1);
    }

    private static float[][] progress(SplittableRandom random, int samples, int positions) {
        float[][] progress = new float[samples][positions];
        for (float[] row : progress) {
            for (int i = 0; i < positions; i++) {
                row[i] = (float) random.nextDouble();
            }
        }
        return progress;
    }

    private static double[][] matrix(JsonNode rows) {
        double[][] matrix = new double[rows.size()][];
        for (int g = 0; g < matrix.length; g++) {
            matrix[g] = Golden.doubles(rows.get(g));
        }
        return matrix;
    }

    private static float[][] floats(double[][] matrix) {
        float[][] floats = new float[matrix.length][matrix[0].length];
        for (int g = 0; g < matrix.length; g++) {
            for (int i = 0; i < matrix[g].length; i++) {
                floats[g][i] = (float) matrix[g][i];
            }
        }
        return floats;
    }
}
