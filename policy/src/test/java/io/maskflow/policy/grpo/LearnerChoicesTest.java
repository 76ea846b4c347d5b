package io.maskflow.policy.grpo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.SampleKey;
import io.maskflow.policy.Exploration;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.SharedNoise;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.GrpoConfig.Estimator;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.grpo.GrpoConfig.Ratio;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** What can be chosen in place of plain GRPO. */
class LearnerChoicesTest {

    private static final PolicyShape SHAPE =
            new PolicyShape(PolicyShape.WIDE.state(), 6, .002, .998, 2, 60, PolicyShape.WIDE.action());

    private static GrpoConfig config(Estimator estimator, int minibatches, Ratio ratio, int innerEpochs) {
        GrpoConfig d = GrpoConfig.defaults();
        return new GrpoConfig(
                estimator,
                d.learningRate(),
                d.schedule(),
                d.beta1(),
                d.beta2(),
                d.epsilon(),
                d.weightDecay(),
                d.maxGradNorm(),
                innerEpochs,
                minibatches,
                ratio,
                d.clipLow(),
                d.clipHigh(),
                d.kl(),
                d.klEstimator(),
                d.entropyBonus(),
                d.advantage(),
                d.normalisation(),
                d.stdEpsilon(),
                d.stdFloor(),
                d.completionWeight(),
                d.completionWeightFinal(),
                d.completionMode(),
                d.lossAggregation(),
                d.flatGroups(),
                d.emaDecay(),
                d.backend());
    }

    /** Tied draws of a policy in random states, with their joint density. */
    private static DecisionBatch tied(PolicyNetwork policy, double r, double variation) {
        DecisionBatch random = Batches.random(SHAPE, 30, 1, 5);
        SharedNoise noise =
                new SharedNoise(new Exploration(2, r, variation), LatentStreams.KEYED, new SampleKey(1, 2, 3, 4), 8);
        int[] step = new int[30];
        int[] position = new int[30];
        Arrays.setAll(position, d -> d);
        return DecisionBatch.tied(random, noise, 1 - r, step, position, policy);
    }

    private static SurrogateGradient gradient(PolicyNetwork policy, DecisionBatch batch) {
        return SurrogateGradient.of(
                LearnerBackend.of(Choice.SCALAR),
                policy,
                batch,
                new ClippedSurrogate(.9, 9, 0, KlEstimator.ANALYTIC, 0),
                LossAverage.TRAJECTORY_MEAN,
                true);
    }

    /** Central differences of the loss itself, away from the policy that drew. */
    @Test
    void theGradientOfASequenceRatioIsThatOfItsLoss() {
        PolicyNetwork old = PolicyNetwork.initial(SHAPE, 1);
        double[] moved = old.parameters();
        Arrays.setAll(moved, i -> moved[i] + .02 * Math.sin(i));
        for (DecisionBatch batch :
                List.of(Batches.random(SHAPE, 30, 2, 5).drawnBy(old), tied(old, .8, 1), tied(old, .5, 0))) {
            double[] own = gradient(new PolicyNetwork(SHAPE, moved), batch).mean();
            double largest = Arrays.stream(own).map(Math::abs).max().orElseThrow();
            for (int i = 0; i < moved.length; i += 7) {
                double[] up = moved.clone();
                double[] down = moved.clone();
                up[i] += 1e-5;
                down[i] -= 1e-5;
                double numeric = (gradient(new PolicyNetwork(SHAPE, up), batch).loss()
                                - gradient(new PolicyNetwork(SHAPE, down), batch)
                                        .loss())
                        / 2e-5;
                assertThat(own[i]).as("parameter %d", i).isCloseTo(numeric, Offset.offset(1e-3 * largest));
            }
            assertThat(largest).isPositive();
        }
    }

    /** With the policy that drew every ratio is 1, of decisions and of sequences, tied or not. */
    @Test
    void freshDrawsHaveRatioOne() {
        PolicyNetwork policy = PolicyNetwork.initial(SHAPE, 1);
        SurrogateGradient joint = gradient(policy, tied(policy, .8, 1));
        assertThat(joint.sums.ratioMin).isCloseTo(1, Offset.offset(1e-6));
        assertThat(joint.sums.ratioMax).isCloseTo(1, Offset.offset(1e-6));
        assertThat(joint.decisions()).isEqualTo(30);
    }

    /** By hand: two decisions with ratios e^.2 and e^.4 have the sequence ratio e^.3, and share their mean advantage. */
    @Test
    void aSequenceRatioIsTheGeometricMeanOfItsDecisions() {
        StepDistribution beta = new StepDistribution(.4, 9);
        double logP = beta.logDensity(.3);
        DecisionBatch batch = DecisionBatch.of(
                1,
                new float[2],
                new double[] {.3, .3},
                new double[] {1, 3},
                new double[] {logP - .2, logP - .4},
                new int[] {0, 2});
        SequenceTerms terms = SequenceTerms.of(
                new double[] {.4, .4}, new double[] {9, 9}, batch, io.maskflow.policy.kernel.DenseKernel.scalar());
        assertThat(terms.ratio(0)).isCloseTo(Math.exp(.3), Offset.offset(1e-12));
        assertThat(terms.ratio(1)).isEqualTo(terms.ratio(0));
        assertThat(terms.advantage(0)).isEqualTo(2);
    }

    /** A ratio of 1.25 with advantage 1: clipped at 1.2, not at 1.28. */
    @Test
    void clipHigherLeavesMoreRoomUpwards() {
        StepDistribution beta = new StepDistribution(.4, 9);
        double old = beta.logDensity(.3) - Math.log(1.25);
        assertThat(new ClippedSurrogate(.2, .2, 0, KlEstimator.ANALYTIC, 0)
                        .term(beta, .3, old, 1, beta)
                        .clipped())
                .isTrue();
        ClippedSurrogate.Term higher =
                new ClippedSurrogate(.2, .28, 0, KlEstimator.ANALYTIC, 0).term(beta, .3, old, 1, beta);
        assertThat(higher.clipped()).isFalse();
        assertThat(higher.loss()).isCloseTo(-1.25, Offset.offset(1e-12));
        double lower = beta.logDensity(.3) - Math.log(.75);
        assertThat(new ClippedSurrogate(.2, .28, 0, KlEstimator.ANALYTIC, 0)
                        .term(beta, .3, lower, -1, beta)
                        .clipped())
                .isTrue();
    }

    @Test
    void minibatchesAreUpdatesOfTheirOwn() {
        List<DecisionBatch> groups = List.of(
                Batches.random(SHAPE, 40, 2, 1), Batches.random(SHAPE, 30, 2, 2), Batches.random(SHAPE, 20, 2, 3));
        PolicyNetwork initial = PolicyNetwork.initial(SHAPE, 1);
        GrpoLearner learner = new GrpoLearner(config(Estimator.SMOOTHED, 2, Ratio.DECISION, 2), initial, 5);
        assertThat(learner.minibatches(groups)).containsExactly(groups.subList(0, 2), groups.subList(2, 3));
        assertThat(learner.minibatches(groups.subList(0, 1))).containsExactly(groups.subList(0, 1), List.of());
        UpdateMetrics metrics = learner.update(groups);
        assertThat(learner.updates()).isEqualTo(4);
        assertThat(metrics.decisions()).isEqualTo(90);

        GrpoLearner byHand = new GrpoLearner(config(Estimator.SMOOTHED, 1, Ratio.DECISION, 1), initial, 5);
        for (int epoch = 0; epoch < 2; epoch++) {
            byHand.apply(byHand.sum(
                    groups.subList(0, 2).stream().map(byHand::gradient).toList()));
            byHand.apply(byHand.sum(
                    groups.subList(2, 3).stream().map(byHand::gradient).toList()));
        }
        assertThat(learner.policy().parameters())
                .containsExactly(byHand.policy().parameters());
    }

    @Test
    void anEstimatorAndAnExplorationThatDoNotBelongTogetherAreRefused() {
        assertThatThrownBy(() -> config(Estimator.JOINT, 1, Ratio.DECISION, 1))
                .hasMessageContaining("grpo.estimator joint needs grpo.ratio: sequence");
        assertThatThrownBy(() -> config(Estimator.EVOLUTION, 1, Ratio.DECISION, 2))
                .hasMessageContaining("innerEpochs: 1");
        assertThatThrownBy(() ->
                        config(Estimator.INDEPENDENT, 1, Ratio.DECISION, 1).check(new Exploration(2, .5, 0)))
                .hasMessageContaining("independent needs exploration.sharedNoise: 0, was 0.5");
        assertThatThrownBy(
                        () -> config(Estimator.EVOLUTION, 1, Ratio.DECISION, 1).check(new Exploration(2, 0, 0)))
                .hasMessageContaining("exploration.parameterNoise above 0 go together");
        config(Estimator.EVOLUTION, 1, Ratio.DECISION, 1).check(new Exploration(2, 0, 0, .1));
    }

    /**
     * d KL / d mu of a Beta from another, in 40 digits (mpmath 1.3).
     * PyTorch's {@code trigamma} ends its series after four terms at {@code x + 6}, an error of up to 2e-9: goldens made with
     * it differ from these by that much.
     */
    @Test
    void theSlopeOfTheDivergenceIsExact() {
        StepDistribution p = new StepDistribution(.14036272, 3.0343776);
        StepDistribution q = new StepDistribution(.13513513513513514, 3.7);
        StepDistribution.Slope slope = p.divergenceSlope(q);
        assertThat(slope.mu()).isCloseTo(MU, Offset.offset(1e-13 * Math.abs(MU)));
        assertThat(slope.kappa()).isCloseTo(KAPPA, Offset.offset(1e-12 * Math.abs(KAPPA)));
    }

    private static final double MU = -0.62772038498492415279;
    private static final double KAPPA = -0.045290913236751986539;
}
