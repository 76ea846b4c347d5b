package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.policy.distribution.CutLatent;
import io.maskflow.policy.distribution.StepDistribution;
import java.util.Arrays;

/**
 * The learned step size: reads the state of every position, asks the network, and answers with the expected fraction or
 * with a sampled one.
 *
 * <p>Immutable; may be shared between threads.
 *
 * @paper XF §4.2
 */
public final class BetaStepSizePolicy implements StepSizePolicy {

    private final PolicyNetwork network;
    private final LatentStreams streams; // null: expected fractions
    private final Exploration exploration;
    private final double price; // 0: that of the row

    private BetaStepSizePolicy(PolicyNetwork network, LatentStreams streams, Exploration exploration, double price) {
        this.network = network;
        this.streams = streams;
        this.exploration = exploration;
        this.price = price;
    }

    /**
     * Deterministic: {@code a = E[a]} (XF Eq. 17, policy expectation).
     *
     * @param network the policy
     */
    public static BetaStepSizePolicy expected(PolicyNetwork network) {
        return new BetaStepSizePolicy(network, null, Exploration.INDEPENDENT, 0);
    }

    /**
     * Sampled: {@code y ~ Beta}, {@code a = a(y)}. The latent is a float32, and fraction and log probability are those of
     * this float32 ({@link CutLatent}), so that a recorded decision can be recomputed from its record.
     *
     * @param network the policy
     * @param streams random numbers by identity
     */
    public static BetaStepSizePolicy sampled(PolicyNetwork network, LatentStreams streams) {
        return sampled(network, streams, Exploration.INDEPENDENT);
    }

    /**
     * Sampled where the model hesitates, expected where it is sure: a sure token's fraction hardly changes what is
     * written, so drawing it would only add noise to the gradient. Where nothing was drawn, latent and log density are
     * NaN.
     *
     * @param network the policy
     * @param streams random numbers by identity
     * @param exploration which latents are drawn, and how
     */
    public static BetaStepSizePolicy sampled(PolicyNetwork network, LatentStreams streams, Exploration exploration) {
        return new BetaStepSizePolicy(network, java.util.Objects.requireNonNull(streams, "streams"), exploration, 0);
    }

    /**
     * The same at a setting of its dial, whatever a row says.
     *
     * @param other price of a model call, in the range that the policy was trained for
     * @throws IllegalArgumentException if the policy has no dial, or the price lies outside its range
     */
    public BetaStepSizePolicy at(double other) {
        requirePrice(other);
        return new BetaStepSizePolicy(network, streams, exploration, other);
    }

    private void requirePrice(double asked) {
        PriceRange prices = network.shape().prices();
        if (prices.none()) {
            throw new IllegalArgumentException(
                    "price must be left out: the policy has no dial (no feature price), was " + asked);
        }
        if (!prices.holds(asked)) {
            throw new IllegalArgumentException("price must lie in [" + prices.low() + ", " + prices.high()
                    + "], the range that the policy was trained for, was " + (asked == 0 ? "not given" : asked));
        }
    }

    @Override
    public boolean remembers() {
        return network.shape().state().remembers();
    }

    /** The policy's network. */
    public PolicyNetwork network() {
        return network;
    }

    @Override
    public Fractions choose(RowState given) {
        RowState row = price == 0 ? given : given.withPrice(price);
        if (network.shape().state().priced()) {
            requirePrice(row.price());
        }
        float[] features = network.shape().state().of(row);
        int length = row.length();
        int width = network.shape().state().size();
        int[] position = new int[length];
        float[] states = new float[length * width];
        int open = 0;
        for (int i = 0; i < length; i++) {
            if (row.active()[i]) {
                System.arraycopy(features, i * width, states, open * width, width);
                position[open++] = i;
            }
        }
        double[] mu = new double[open];
        double[] kappa = new double[open];
        boolean drawsRule = streams != null && exploration.parameterNoise() > 0;
        PolicyNetwork acting = drawsRule ? changed(row.key()) : network;
        acting.heads(states, open, mu, kappa);
        float[] a = new float[length];
        if (streams == null || drawsRule) {
            for (int j = 0; j < open; j++) {
                a[position[j]] = (float) network.shape().action().expectation(mu[j] * kappa[j], kappa[j]);
            }
            float[] none = new float[drawsRule ? length : 0];
            Arrays.fill(none, Float.NaN);
            return new Fractions(a, features, none, none);
        }
        Exploration.Draws draws = exploration.of(streams, row.key(), width);
        float[] y = new float[length];
        float[] logProbability = new float[length];
        for (int j = 0; j < open; j++) {
            int i = position[j];
            if (row.confidence()[i] >= exploration.confidenceThreshold()) {
                a[i] = (float) network.shape().action().expectation(mu[j] * kappa[j], kappa[j]);
                y[i] = Float.NaN;
                logProbability[i] = Float.NaN;
                continue;
            }
            StepDistribution distribution = new StepDistribution(mu[j], kappa[j]);
            y[i] = CutLatent.cut(draws.latent(row.step(), row.from() + i, distribution, states, j));
            a[i] = (float) network.shape().action().of(y[i]);
            logProbability[i] = (float) CutLatent.of(distribution).logProbability(y[i]);
        }
        return new Fractions(a, features, y, logProbability);
    }

    private PolicyNetwork changed(SampleKey key) {
        double[] direction = ParameterNoise.direction(streams, key, network.shape());
        return ParameterNoise.changed(network, direction, exploration.parameterNoise());
    }
}
