package io.maskflow.policy;

import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.kernel.DenseKernel;
import io.maskflow.policy.kernel.SiluNetwork;
import java.io.Serializable;
import java.util.random.RandomGenerator;

/**
 * {@code h = silu(W2 silu(W1 s + b1) + b2)}, {@code mu = muMin + (muMax - muMin) sigmoid(W_mu h + b_mu)}, {@code kappa =
 * kappaMin + (kappaMax - kappaMin) sigmoid(W_kappa h + b_kappa)}.
 *
 * <p>Computes in double. Immutable: a training step makes a new one. May be shared between threads.
 *
 * @paper XF Eq. 15
 */
public final class PolicyNetwork implements Serializable {

    private static final long serialVersionUID = 1L;

    private final PolicyShape shape;
    private final double[] parameters;
    private final transient SiluNetwork network;

    /** How a network travels to another process. */
    private record Parameters(PolicyShape shape, double[] values) implements Serializable {
        private Object readResolve() {
            return new PolicyNetwork(shape, values);
        }
    }

    /**
     * @param shape features, sizes, bounds
     * @param parameters {@code [shape.parameterCount()]} in the order of {@link PolicyFile#TENSORS}, copied
     * @throws IllegalArgumentException if the count is wrong or a parameter is not finite
     */
    public PolicyNetwork(PolicyShape shape, double[] parameters) {
        this.shape = shape;
        this.parameters = parameters.clone();
        for (int i = 0; i < parameters.length; i++) {
            if (!Double.isFinite(parameters[i])) {
                throw new IllegalArgumentException(
                        "policy parameters must be finite, number " + i + " was " + parameters[i]);
            }
        }
        network = new SiluNetwork(shape.state().size(), shape.hidden(), parameters, DenseKernel.fastest());
    }

    /**
     * A network before training. Hidden layers: weights and biases uniform in {@code +-1/sqrt(inputs)}, PyTorch's
     * default. Heads: the same divided by ten, biases zero, so that mu and kappa start near the middle of their ranges
     * for every state. A function of the seed alone; parameters are float32 values.
     *
     * @param shape features, sizes, bounds
     * @param seed any number
     */
    public static PolicyNetwork initial(PolicyShape shape, long seed) {
        int f = shape.state().size();
        int h = shape.hidden();
        double[] p = new double[shape.parameterCount()];
        RandomGenerator random = RandomStreams.of(seed, "weights", 0, 0, 0, 0);
        int at = fill(p, 0, h * f + h, 1 / Math.sqrt(f), random);
        at = fill(p, at, h * h + h, 1 / Math.sqrt(h), random);
        at = fill(p, at, h, 0.1 / Math.sqrt(h), random) + 1;
        fill(p, at, h, 0.1 / Math.sqrt(h), random);
        return new PolicyNetwork(shape, p);
    }

    private static int fill(double[] p, int from, int count, double bound, RandomGenerator random) {
        for (int i = from; i < from + count; i++) {
            p[i] = (float) (bound * (2 * random.nextDouble() - 1));
        }
        return from + count;
    }

    private Object writeReplace() {
        return new Parameters(shape, parameters);
    }

    /** Features, sizes, bounds. */
    public PolicyShape shape() {
        return shape;
    }

    /** A copy of all parameters, in the order of {@link PolicyFile#TENSORS}. */
    public double[] parameters() {
        return parameters.clone();
    }

    /** The network with each parameter rounded to float32, as a policy file stores it. */
    public PolicyNetwork rounded() {
        double[] rounded = new double[parameters.length];
        for (int i = 0; i < rounded.length; i++) {
            rounded[i] = (float) parameters[i];
        }
        return new PolicyNetwork(shape, rounded);
    }

    /**
     * Mean and concentration of many states.
     *
     * @param states {@code [rows, F]}
     * @param rows number of states
     * @param mu {@code [rows]}, written
     * @param kappa {@code [rows]}, written
     */
    public void heads(float[] states, int rows, double[] mu, double[] kappa) {
        SiluNetwork.Tile tile = network.new Tile();
        for (int from = 0; from < rows; from += SiluNetwork.TILE) {
            int count = Math.min(SiluNetwork.TILE, rows - from);
            tile.forward(states, from, count);
            read(tile, from, count, mu, kappa);
        }
    }

    private void read(SiluNetwork.Tile tile, int from, int count, double[] mu, double[] kappa) {
        for (int r = 0; r < count; r++) {
            mu[from + r] = shape.mu(tile.muLogit[r]);
            kappa[from + r] = shape.kappa(tile.kappaLogit[r]);
        }
    }

    /**
     * The distribution of the latent in one state.
     *
     * @param state {@code [F]}
     */
    public StepDistribution distribution(double[] state) {
        if (state.length != shape.state().size()) {
            throw new IllegalArgumentException(
                    "a state has " + shape.state().size() + " features, was given " + state.length);
        }
        SiluNetwork.Tile tile = network.new Tile();
        tile.forward(state, 0, 1);
        return new StepDistribution(shape.mu(tile.muLogit[0]), shape.kappa(tile.kappaLogit[0]));
    }
}
