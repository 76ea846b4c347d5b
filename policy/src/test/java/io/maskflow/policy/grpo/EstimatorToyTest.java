package io.maskflow.policy.grpo;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.SampleKey;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.Exploration;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.ParameterNoise;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.SharedNoise;
import io.maskflow.policy.distribution.CutLatent;
import io.maskflow.policy.distribution.GaussianMargin;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.GrpoConfig.KlEstimator;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.kernel.DenseKernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * A toy in which credit can be told: 40 tokens should get bolder, 8 timider. The reward of a trajectory is {@code sum y over
 * the 40 - 3.05 sum y over the 8}; its mean depends on means alone, however the draws are tied, so the true gradient with
 * respect to the two means is {@code (40, -24.4)}, and the ratio {@code -0.61}. Seeds are fixed; an interval is four standard
 * errors wide to either side.
 */
class EstimatorToyTest {

    private static final int BOLDER = 40;
    private static final int TIMIDER = 8;
    private static final int COUNT = BOLDER + TIMIDER;
    private static final double WEIGHT = -3.05;
    private static final double TRUE_RATIO = WEIGHT * TIMIDER / BOLDER;
    private static final StepDistribution BETA = new StepDistribution(.5, 20);
    private static final ClippedSurrogate PLAIN = new ClippedSurrogate(.2, .2, 0, KlEstimator.ANALYTIC, 0);

    /** Two kinds of states, far apart; within a kind they differ a little. */
    private static float[] states() {
        float[] states = new float[2 * COUNT];
        for (int d = 0; d < COUNT; d++) {
            states[2 * d] = d < BOLDER ? .9f : .1f;
            states[2 * d + 1] = d % 8 * .05f;
        }
        return states;
    }

    private static double weight(int d) {
        return d < BOLDER ? 1 : WEIGHT;
    }

    /** Sums over trajectories of the gradient for both kinds, and of its squares. */
    private static final class Tally {
        private int count;
        private final double[] sum = new double[2];
        private final double[] squares = new double[2];
        private double product;

        void add(double bolder, double timider) {
            count++;
            sum[0] += bolder;
            sum[1] += timider;
            squares[0] += bolder * bolder;
            squares[1] += timider * timider;
            product += bolder * timider;
        }

        double mean(int k) {
            return sum[k] / count;
        }

        double ratio() {
            return sum[1] / sum[0];
        }

        /** By the delta method. */
        double ratioError() {
            double q = ratio();
            double v0 = squares[0] / count - mean(0) * mean(0);
            double v1 = squares[1] / count - mean(1) * mean(1);
            double c = product / count - mean(0) * mean(1);
            return Math.sqrt((v1 - 2 * q * c + q * q * v0) / count) / Math.abs(mean(0));
        }

        double error(int k) {
            return Math.sqrt((squares[k] / count - mean(k) * mean(k)) / count);
        }
    }

    /** The gradient of expected reward by one estimator, with the true mean as baseline. */
    private static Tally estimate(boolean joint, double r, double variation, int trajectories) {
        float[] states = states();
        Tally tally = new Tally();
        Exploration exploration = new Exploration(2, r, variation);
        double[] mu = new double[COUNT];
        double[] kappa = new double[COUNT];
        Arrays.fill(mu, BETA.mu());
        Arrays.fill(kappa, BETA.kappa());
        for (int n = 0; n < trajectories; n++) {
            SampleKey key = new SampleKey(11, 0, 0, n);
            double[] y = draws(exploration, key, states);
            DecisionBatch batch =
                    DecisionBatch.of(2, states, y, new double[COUNT], new double[COUNT], new int[] {0, COUNT});
            if (joint) {
                SharedNoise noise = new SharedNoise(exploration, LatentStreams.KEYED, key, 2);
                batch = batch.withLikelihood(tied(noise, r, states));
            }
            batch = batch.withOld(logProbabilities(batch, mu, kappa)).withAdvantages(filled(reward(y)));
            Optional<SequenceTerms> sequence =
                    joint ? Optional.of(SequenceTerms.of(mu, kappa, batch, DenseKernel.scalar())) : Optional.empty();
            double[] dMu = new double[COUNT];
            PLAIN.evaluate(
                    batch,
                    sequence,
                    0,
                    COUNT,
                    mu,
                    kappa,
                    filled(1),
                    dMu,
                    new double[COUNT],
                    new BetaTerms(DenseKernel.scalar()),
                    new SurrogateSums());
            tally.add(
                    -Arrays.stream(dMu, 0, BOLDER).sum(),
                    -Arrays.stream(dMu, BOLDER, COUNT).sum());
        }
        return tally;
    }

    private static Likelihood tied(SharedNoise noise, double r, float[] states) {
        double[] u = new double[COUNT];
        double[] basis = new double[COUNT * noise.rank()];
        for (int d = 0; d < COUNT; d++) {
            u[d] = noise.gaussian(0, d, states, d);
            noise.basis(states, d, basis, d * noise.rank());
        }
        return Likelihood.tied(1 - r, basis, noise.rank(), u);
    }

    private static double[] draws(Exploration exploration, SampleKey key, float[] states) {
        double[] y = new double[COUNT];
        for (int d = 0; d < COUNT; d++) {
            if (exploration.sharedNoise() == 0) {
                double u = LatentStreams.KEYED.at(key, 0, d).nextGaussian();
                y[d] = Math.exp(
                        GaussianMargin.latent(u, BETA.alpha(), BETA.beta()).logLatent());
            } else {
                double u = new SharedNoise(exploration, LatentStreams.KEYED, key, 2).gaussian(0, d, states, d);
                y[d] = Math.exp(
                        GaussianMargin.latent(u, BETA.alpha(), BETA.beta()).logLatent());
            }
        }
        return y;
    }

    private static double reward(double[] y) {
        double reward = 0;
        for (int d = 0; d < COUNT; d++) {
            reward += weight(d) * (y[d] - BETA.mu());
        }
        return reward;
    }

    private static double[] filled(double value) {
        double[] filled = new double[COUNT];
        Arrays.fill(filled, value);
        return filled;
    }

    private static double[] logProbabilities(DecisionBatch batch, double[] mu, double[] kappa) {
        double[] old = new double[COUNT];
        BetaTerms terms = new BetaTerms(DenseKernel.scalar());
        terms.of(mu, kappa, 0, COUNT);
        for (int d = 0; d < COUNT; d++) {
            old[d] = terms.logProbability(d, batch, d);
        }
        return old;
    }

    private static void assertUnbiased(Tally tally) {
        assertThat(tally.ratioError()).isLessThan(.06);
        assertThat(tally.ratio()).isBetween(TRUE_RATIO - 4 * tally.ratioError(), TRUE_RATIO + 4 * tally.ratioError());
    }

    @Test
    void independentDrawsGiveTheTrueGradient() {
        assertUnbiased(estimate(false, 0, 0, 6000));
    }

    /** In a trajectory of {@code D} decisions the sequence ratio divides by {@code D}: not the ratio of the two kinds. */
    @Test
    void tiedDrawsScoredTogetherGiveTheTrueGradientHoweverTheyAreTied() {
        assertUnbiased(estimate(true, .5, 0, 6000));
        assertUnbiased(estimate(true, .5, 1, 6000));
        assertUnbiased(estimate(true, .8, 0, 12000));
        assertUnbiased(estimate(true, .8, 1, 12000));
    }

    /** Tied draws scored by themselves follow the majority: with one noise for all, the minority's sign is lost. */
    @Test
    void tiedDrawsScoredByThemselvesGiveTheGradientSmoothedByTheCovarianceOfTheNoise() {
        for (double variation : new double[] {0, 1}) {
            double r = .8;
            int trajectories = 6000;
            Tally own = estimate(false, r, variation, trajectories);
            Tally smoothed = smoothed(r, variation, trajectories);
            for (int k = 0; k < 2; k++) {
                double error = Math.hypot(own.error(k), smoothed.error(k));
                assertThat(own.mean(k)).isBetween(smoothed.mean(k) - 4 * error, smoothed.mean(k) + 4 * error);
            }
            assertThat(Math.abs(own.ratio() - TRUE_RATIO)).isGreaterThan(6 * own.ratioError());
        }
        Tally one = estimate(false, .8, 0, 6000);
        assertThat(one.mean(1)).isGreaterThan(4 * one.error(1)); // the 8 are told to get bolder, too
    }

    /** {@code v^T C g} of docs/ESTIMATORS.md: {@code v = dy/dmu / (dy/du)}, {@code g_j = w_j dy_j/du_j}. */
    private static Tally smoothed(double r, double variation, int trajectories) {
        float[] states = states();
        Tally tally = new Tally();
        for (int n = 0; n < trajectories; n++) {
            SampleKey key = new SampleKey(12, 0, 0, n);
            SharedNoise noise = new SharedNoise(new Exploration(2, r, variation), LatentStreams.KEYED, key, 2);
            int rank = noise.rank();
            double[] basis = new double[COUNT * rank];
            double[] g = new double[COUNT];
            double[] v = new double[COUNT];
            double[] projected = new double[rank];
            for (int d = 0; d < COUNT; d++) {
                noise.basis(states, d, basis, d * rank);
                double u = noise.gaussian(0, d, states, d);
                GaussianMargin.Latent y = GaussianMargin.latent(u, BETA.alpha(), BETA.beta());
                GaussianMargin.Normal at = GaussianMargin.normal(y.logLatent(), y.logRest(), BETA.alpha(), BETA.beta());
                double density = Math.exp(BETA.logDensity(Math.exp(y.logLatent())));
                g[d] = weight(d) * Math.exp(-u * u / 2) / Math.sqrt(2 * Math.PI) / density;
                v[d] = -BETA.kappa() * (at.slopeAlpha() - at.slopeBeta());
                for (int k = 0; k < rank; k++) {
                    projected[k] += basis[d * rank + k] * g[d];
                }
            }
            double[] kind = new double[2];
            for (int d = 0; d < COUNT; d++) {
                double credited = (1 - r) * g[d];
                for (int k = 0; k < rank; k++) {
                    credited += basis[d * rank + k] * projected[k];
                }
                kind[d < BOLDER ? 0 : 1] += v[d] * credited;
            }
            tally.add(kind[0], kind[1]);
        }
        return tally;
    }

    /**
     * Evolution strategies estimate the gradient of the smoothed objective {@code E_e R(theta + sigma e)}. The reward here is
     * linear in the two changed logits, so that smoothing leaves its gradient as it is: {@code R = 40 z_1 - 24.4 z_2} with
     * {@code z_k} the mean head's output in state k, whose gradient with respect to the weights is {@code 40 h_1 - 24.4 h_2}.
     */
    @Test
    void evolutionGivesTheGradientOverTheMeansHead() {
        PolicyShape shape = new PolicyShape(
                PolicyState.named(List.of("p1", "p2")), 3, .002, .998, 2, 60, PolicyShape.WIDE.action());
        PolicyNetwork policy = PolicyNetwork.initial(shape, 4);
        double[][] h = {hidden(policy, .9, .1), hidden(policy, .1, .9)};
        double[] truth = new double[shape.hidden() + 1];
        for (int i = 0; i < truth.length; i++) {
            truth[i] = BOLDER * h[0][i] + WEIGHT * TIMIDER * h[1][i];
        }
        double sigma = .1;
        int samples = 40_000;
        double[] sum = new double[truth.length];
        double[] squares = new double[truth.length];
        for (int n = 0; n < samples; n++) {
            double[] e = ParameterNoise.direction(LatentStreams.KEYED, new SampleKey(3, 0, 0, n), shape);
            double reward = 0;
            for (int i = 0; i < e.length; i++) {
                reward += sigma * e[i] * truth[i];
            }
            double[] one = SurrogateGradient.evolution(shape.parameterCount(), shape.muHead(), e, sigma, reward)
                    .mean();
            for (int i = 0; i < e.length; i++) {
                double up = -one[shape.muHead() + i];
                sum[i] += up;
                squares[i] += up * up;
            }
        }
        for (int i = 0; i < truth.length; i++) {
            double mean = sum[i] / samples;
            double error = Math.sqrt((squares[i] / samples - mean * mean) / samples);
            assertThat(mean).isBetween(truth[i] - 4 * error, truth[i] + 4 * error);
            assertThat(error).isLessThan(.5);
        }
    }

    /** Last hidden layer and 1, by changing the head: its output is linear in its parameters. */
    private static double[] hidden(PolicyNetwork policy, double first, double second) {
        double[] h = new double[policy.shape().hidden() + 1];
        double base = logit(policy, first, second);
        for (int i = 0; i < h.length; i++) {
            double[] parameters = policy.parameters();
            parameters[policy.shape().muHead() + i] += 1e-4;
            h[i] = (logit(new PolicyNetwork(policy.shape(), parameters), first, second) - base) / 1e-4;
        }
        return h;
    }

    private static double logit(PolicyNetwork policy, double first, double second) {
        double mu = policy.distribution(new double[] {first, second}).mu();
        double share = (mu - policy.shape().muMin())
                / (policy.shape().muMax() - policy.shape().muMin());
        return Math.log(share / (1 - share));
    }

    /**
     * The score of a policy that draws has mean zero. This policy is nearly sure of a whole step in the only state: nine draws
     * of ten are cut. (Scored by the density at the cut, the mean is some hundred standard errors off.)
     */
    @Test
    void scoresOfFreshDrawsHaveMeanZero() {
        PolicyShape shape =
                new PolicyShape(PolicyState.named(List.of("p1")), 1, .002, .9999, 10, 60, PolicyShape.WIDE.action());
        double[] parameters = new double[shape.parameterCount()];
        parameters[shape.muHead() + 1] = 7; // mu .9990
        PolicyNetwork policy = new PolicyNetwork(shape, parameters);
        int trajectories = 400;
        int length = 50;
        double[] sum = new double[2];
        double[] squares = new double[2];
        int atoms = 0;
        for (int n = 0; n < trajectories; n++) {
            boolean[] active = new boolean[length];
            Arrays.fill(active, true);
            var row = new io.maskflow.decoder.flow.StepSizePolicy.RowState(
                    new SampleKey(8, 0, 0, n),
                    0,
                    4,
                    0,
                    new float[4 * length],
                    new float[length],
                    new float[length],
                    active);
            var chosen = BetaStepSizePolicy.sampled(policy, LatentStreams.KEYED).choose(row);
            int[] position = new int[length];
            Arrays.setAll(position, i -> i);
            double[] advantage = new double[length];
            Arrays.fill(advantage, 1);
            DecisionBatch batch = DecisionBatch.trajectory(
                            1, chosen.features(), chosen.latent(), position, advantage, chosen.logProbability())
                    .drawnBy(policy);
            double[] gradient = SurrogateGradient.of(
                            LearnerBackend.of(LearnerBackend.Choice.SCALAR),
                            policy,
                            batch,
                            PLAIN,
                            GrpoConfig.LossAverage.TOKEN_MEAN)
                    .mean();
            double[] heads = {gradient[shape.muHead() + 1], gradient[shape.parameterCount() - 1]};
            for (int k = 0; k < 2; k++) {
                sum[k] += heads[k];
                squares[k] += heads[k] * heads[k];
            }
            for (float y : chosen.latent()) {
                atoms += CutLatent.atom(y) ? 1 : 0;
            }
        }
        assertThat(atoms).isBetween(trajectories * length / 4, trajectories * length - 100);
        for (int k = 0; k < 2; k++) {
            double mean = sum[k] / trajectories;
            double error = Math.sqrt((squares[k] / trajectories - mean * mean) / trajectories);
            assertThat(error).isPositive();
            assertThat(Math.abs(mean)).as("head %d", k).isLessThan(4 * error);
        }
    }
}
