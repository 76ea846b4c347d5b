package io.maskflow.policy.grpo;

import static io.maskflow.policy.Golden.assertRelative;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.GrpoConfig.CompletionMode;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.util.List;
import org.junit.jupiter.api.Test;

class GrpoLearnerTest {

    private static final PolicyShape SHAPE =
            new PolicyShape(PolicyShape.WIDE.state(), 16, .002, .998, 2, 120, PolicyShape.WIDE.action());

    /** The defaults with a divergence term, a schedule and another backend. */
    private static GrpoConfig config(double kl, Choice backend) {
        GrpoConfig d = GrpoConfig.defaults();
        return new GrpoConfig(
                d.estimator(),
                d.learningRate(),
                new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 2, 0.1),
                d.beta1(),
                d.beta2(),
                d.epsilon(),
                0.01,
                d.maxGradNorm(),
                d.innerEpochs(),
                d.minibatches(),
                d.ratio(),
                d.clipLow(),
                d.clipHigh(),
                kl,
                KlEstimator.K3,
                0.001,
                d.advantage(),
                d.normalisation(),
                d.stdEpsilon(),
                d.stdFloor(),
                0.1,
                0,
                CompletionMode.SUM,
                d.lossAggregation(),
                d.flatGroups(),
                0.9,
                backend);
    }

    private static List<DecisionBatch> groups(long step) {
        return List.of(Batches.random(SHAPE, 120, 4, 10 * step), Batches.random(SHAPE, 80, 3, 10 * step + 1));
    }

    @Test
    void aResumedLearnerGoesOnToTheBit() {
        GrpoConfig config = config(.05, Choice.FASTEST);
        GrpoLearner whole = new GrpoLearner(config, PolicyNetwork.initial(SHAPE, 1), 10);
        GrpoLearner part = new GrpoLearner(config, PolicyNetwork.initial(SHAPE, 1), 10);
        for (int step = 0; step < 6; step++) {
            if (step == 3) {
                part = GrpoLearner.resume(config, SHAPE, 10, part.state());
            }
            UpdateMetrics a = whole.update(groups(step));
            UpdateMetrics b = part.update(groups(step));
            assertThat(b).isEqualTo(a);
        }
        assertThat(part.policy().parameters()).containsExactly(whole.policy().parameters());
        assertThat(part.averaged().network().parameters())
                .containsExactly(whole.averaged().network().parameters());
        assertThat(part.snapshot().version()).isEqualTo(12);
        assertThat(part.completionWeight()).isEqualTo(whole.completionWeight());
    }

    /** With decay .9 after three steps: weights .81, .9, 1 over their sum 2.71, and none for the initial parameters. */
    @Test
    void theAverageHoldsTheParametersOfEveryStepAndNothingOfTheStart() {
        PolicyNetwork initial = PolicyNetwork.initial(SHAPE, 1);
        GrpoLearner learner = new GrpoLearner(config(0, Choice.FASTEST), initial, 10);
        assertThat(learner.averaged().network().parameters())
                .containsExactly(initial.rounded().parameters());
        double[] expected = new double[initial.parameters().length];
        double[] weights = {.81 / 2.71, .9 / 2.71, 1 / 2.71};
        for (int step = 0; step < 3; step++) {
            learner.update(groups(step));
            double[] now = learner.policy().parameters();
            for (int i = 0; i < now.length; i++) {
                expected[i] += weights[step] * now[i];
            }
            if (step == 0) {
                assertThat(learner.averaged().network().parameters())
                        .containsExactly(learner.snapshot().network().parameters());
            }
        }
        double[] average = learner.averaged().network().parameters();
        for (int i = 0; i < average.length; i++) {
            assertThat(average[i]).isCloseTo(expected[i], org.assertj.core.data.Offset.offset(1e-7));
        }
    }

    /** Before the first update every ratio is 1: what is reported are the ratios before the second one. */
    @Test
    void ratiosAreReportedWithoutTheEpochThatHasNone() {
        GrpoConfig config = config(0, Choice.FASTEST);
        PolicyNetwork initial = PolicyNetwork.initial(SHAPE, 1);
        List<DecisionBatch> fresh =
                groups(0).stream().map(batch -> batch.drawnBy(initial)).toList();
        GrpoLearner whole = new GrpoLearner(config, initial, 10);
        UpdateMetrics step = whole.update(fresh);
        GrpoLearner part = new GrpoLearner(config, initial, 10);
        UpdateMetrics first =
                part.apply(part.sum(fresh.stream().map(part::gradient).toList()));
        UpdateMetrics second =
                part.apply(part.sum(fresh.stream().map(part::gradient).toList()));
        assertThat(first.ess()).isEqualTo(1);
        assertThat(first.klStep()).isZero();
        assertThat(second.ess()).isLessThan(1);
        assertThat(step.ess()).isEqualTo(second.ess());
        assertThat(step.ratioMax()).isEqualTo(second.ratioMax());
        assertThat(step.clippedLow()).isEqualTo(second.clippedLow());
        assertThat(step.klStep()).isEqualTo(second.klStep()).isPositive();
        assertThat(step.kl()).isZero(); // there is no reference
        assertThat(step.decisions()).isEqualTo(200);
    }

    @Test
    void allBackendsLearnTheSame() {
        double[][] learned = new double[3][];
        for (Choice choice : Choice.values()) {
            GrpoLearner learner = new GrpoLearner(config(.05, choice), PolicyNetwork.initial(SHAPE, 1), 10);
            for (int step = 0; step < 5; step++) {
                learner.update(groups(step));
            }
            learned[choice.ordinal()] = learner.policy().parameters();
        }
        assertThat(learned[Choice.FASTEST.ordinal()]).containsExactly(learned[Choice.SCALAR.ordinal()]);
        for (int i = 0; i < learned[0].length; i++) {
            assertRelative("parameter " + i, learned[Choice.ND4J.ordinal()][i], learned[0][i], 1e-6, 1e-2);
        }
    }

    /** Minus 1 for latents above the middle, plus 1 below: the mean must fall. */
    @Test
    void rewardedActionsBecomeLikelier() {
        DecisionBatch random = Batches.random(SHAPE, 400, 4, 3);
        double[] advantage = new double[400];
        java.util.Arrays.setAll(advantage, d -> random.latent[d] > .5 ? -1 : 1);
        PolicyNetwork initial = PolicyNetwork.initial(SHAPE, 1);
        GrpoLearner learner = new GrpoLearner(GrpoConfig.defaults(), initial, 20);
        double before = 0;
        double after = 0;
        for (int step = 0; step < 20; step++) {
            DecisionBatch batch = DecisionBatch.of(
                            8, random.features, random.latent, advantage, random.oldLogProbability, random.starts)
                    .drawnBy(learner.policy());
            UpdateMetrics metrics = learner.update(List.of(batch));
            before = step == 0 ? metrics.muMean() : before;
            after = metrics.muMean();
        }
        assertThat(after).isLessThan(before - .1);
    }

    /** One recorded density that is no number spoils its group, and no other. */
    @Test
    void aGradientThatIsNotFiniteIsToldApart() {
        DecisionBatch good = Batches.random(SHAPE, 40, 2, 3);
        double[] densities = good.oldLogProbability.clone();
        densities[7] = Double.NaN;
        GrpoLearner learner = new GrpoLearner(config(0, Choice.FASTEST), PolicyNetwork.initial(SHAPE, 1), 20);
        assertThat(learner.gradient(good).finite()).isTrue();
        assertThat(learner.gradient(
                                DecisionBatch.of(8, good.features, good.latent, good.advantage, densities, good.starts))
                        .finite())
                .isFalse();
    }

    @Test
    void withoutDecisionsNothingChanges() {
        GrpoLearner learner = new GrpoLearner(GrpoConfig.defaults(), PolicyNetwork.initial(SHAPE, 1), 20);
        double[] before = learner.policy().parameters();
        UpdateMetrics metrics = learner.update(List.of());
        assertThat(learner.policy().parameters()).containsExactly(before);
        assertThat(metrics.decisions()).isZero();
        assertThat(metrics.named())
                .containsEntry("decisions", 0.0)
                .containsEntry("grad_norm", 0.0)
                .containsEntry("entropy", Double.NaN) // of nothing there is no mean
                .containsEntry("mu_mean", Double.NaN)
                .containsEntry("action_log2_mean", Double.NaN)
                .containsEntry("ess", Double.NaN)
                .containsEntry("loss", Double.NaN);
        assertThat(learner.updates()).isZero();
        assertThat(learner.steps()).isEqualTo(1);
    }

    /** First update, gradient 1: m / (1 - b1) = 1 and sqrt(v / (1 - b2)) = 1, so the step is the learning rate. */
    @Test
    void firstAdamStepMovesByTheLearningRate() {
        double[] w = {3};
        AdamW adam = new AdamW(config(0, Choice.SCALAR), new double[1], new double[1]);
        adam.update(w, new double[] {1}, 1e-2, 1);
        // weight decay .01: 3 (1 - 1e-4) - 1e-2
        assertThat(w[0]).isCloseTo(3 * (1 - 1e-4) - 1e-2, org.assertj.core.data.Offset.offset(1e-9));
    }

    @Test
    void schedulesRiseAndFall() {
        LearningRateSchedule linear = new LearningRateSchedule(LearningRateSchedule.Shape.LINEAR, 4, .2);
        assertThat(linear.share(0, 14)).isEqualTo(.25);
        assertThat(linear.share(3, 14)).isEqualTo(1);
        assertThat(linear.share(4, 14)).isEqualTo(1);
        assertThat(linear.share(13, 14)).isCloseTo(.2, org.assertj.core.data.Offset.offset(1e-15));
        LearningRateSchedule cosine = new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 0, 0);
        assertThat(cosine.share(5, 11)).isCloseTo(.5, org.assertj.core.data.Offset.offset(1e-15));
        assertThat(cosine.share(99, 11)).isCloseTo(0, org.assertj.core.data.Offset.offset(1e-15));
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        assertThatThrownBy(() -> config(-1, Choice.FASTEST)).hasMessage("grpo.kl must be at least 0, was -1.0");
        assertThatThrownBy(() -> new LearningRateSchedule(LearningRateSchedule.Shape.LINEAR, -1, 0))
                .hasMessageContaining("warmUp must be at least 0");
        GrpoLearner learner = new GrpoLearner(GrpoConfig.defaults(), PolicyNetwork.initial(SHAPE, 1), 5);
        DecisionBatch narrow =
                DecisionBatch.of(1, new float[1], new double[] {.5}, new double[1], new double[1], new int[] {0, 1});
        assertThatThrownBy(() -> learner.gradient(narrow)).hasMessage("the policy reads 8 features, the batch has 1");
    }
}
