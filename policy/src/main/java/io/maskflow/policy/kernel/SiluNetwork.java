package io.maskflow.policy.kernel;

import java.util.Arrays;

/**
 * Two SiLU layers and two linear heads, {@code z = W_head silu(W2 silu(W1 s + b1) + b2) + b_head}, forward and
 * backward, on tiles of {@value #TILE} rows.
 *
 * <p>Parameters come as one flat array in the order and layout of the policy file: {@code mlp.0.weight [H, F]},
 * {@code mlp.0.bias [H]}, {@code mlp.2.weight [H, H]}, {@code mlp.2.bias [H]}, {@code mu.weight [1, H]},
 * {@code mu.bias [1]}, {@code kappa.weight [1, H]}, {@code kappa.bias [1]}. Inside, hidden units are padded with zeros
 * to a multiple of {@link DenseKernel#PADDING}; a padded unit gives {@code silu(0) = 0} and changes nothing.
 *
 * <p>Immutable and shared between threads; each thread brings its own {@link Tile}.
 */
public final class SiluNetwork {

    /** Rows handled at once. */
    public static final int TILE = 64;

    private final DenseKernel kernel;
    private final int inputs;
    private final int hidden;
    private final int padded;
    private final double[] w1T; // [F, P]
    private final double[] b1; // [P]
    private final double[] w2; // [P, P]
    private final double[] w2T; // [P, P]
    private final double[] b2; // [P]
    private final double[] mu; // [P]
    private final double[] kappa; // [P]
    private final double muBias;
    private final double kappaBias;

    /**
     * @param inputs F, features per state, at least 1
     * @param hidden H, width of both layers, at least 1
     * @param parameters {@code [parameterCount(inputs, hidden)]}, copied
     * @param kernel the arithmetic
     */
    public SiluNetwork(int inputs, int hidden, double[] parameters, DenseKernel kernel) {
        if (parameters.length != parameterCount(inputs, hidden)) {
            throw new IllegalArgumentException("a network of " + inputs + " inputs and " + hidden
                    + " hidden units has " + parameterCount(inputs, hidden) + " parameters, was given "
                    + parameters.length);
        }
        this.kernel = kernel;
        this.inputs = inputs;
        this.hidden = hidden;
        padded = (hidden + DenseKernel.PADDING - 1) / DenseKernel.PADDING * DenseKernel.PADDING;
        w1T = new double[inputs * padded];
        w2 = new double[padded * padded];
        w2T = new double[padded * padded];
        int at = 0;
        for (int j = 0; j < hidden; j++) {
            for (int f = 0; f < inputs; f++) {
                w1T[f * padded + j] = parameters[at++];
            }
        }
        b1 = paddedCopy(parameters, at);
        at += hidden;
        for (int j = 0; j < hidden; j++) {
            for (int k = 0; k < hidden; k++) {
                w2[j * padded + k] = parameters[at];
                w2T[k * padded + j] = parameters[at++];
            }
        }
        b2 = paddedCopy(parameters, at);
        at += hidden;
        mu = paddedCopy(parameters, at);
        at += hidden;
        muBias = parameters[at++];
        kappa = paddedCopy(parameters, at);
        at += hidden;
        kappaBias = parameters[at];
    }

    private double[] paddedCopy(double[] parameters, int from) {
        double[] copy = new double[padded];
        System.arraycopy(parameters, from, copy, 0, hidden);
        return copy;
    }

    /** {@code H F + H + H H + H + 2 (H + 1)}. */
    public static int parameterCount(int inputs, int hidden) {
        return hidden * inputs + hidden + hidden * hidden + hidden + 2 * (hidden + 1);
    }

    /** Working memory for one thread; holds the activations that the backward pass needs. */
    public final class Tile {
        private final double[] s = new double[TILE * inputs];
        private final double[] z1 = new double[TILE * padded];
        private final double[] sigma1 = new double[TILE * padded];
        private final double[] h1 = new double[TILE * padded];
        private final double[] z2 = new double[TILE * padded];
        private final double[] sigma2 = new double[TILE * padded];
        private final double[] h2 = new double[TILE * padded];
        private final double[] d1 = new double[TILE * padded];
        private final double[] d2 = new double[TILE * padded];
        /** {@code [TILE]} logit of the mean head. */
        public final double[] muLogit = new double[TILE];
        /** {@code [TILE]} logit of the concentration head. */
        public final double[] kappaLogit = new double[TILE];

        /**
         * Runs the network on some rows and leaves the two logits in this tile.
         *
         * @param features {@code [*, F]} states
         * @param from first row
         * @param count rows, 1 to {@link #TILE}
         */
        public void forward(float[] features, int from, int count) {
            for (int i = 0; i < count * inputs; i++) {
                s[i] = features[from * inputs + i];
            }
            forward(count);
        }

        /**
         * The same for states in double precision.
         *
         * @param features {@code [*, F]} states
         * @param from first row
         * @param count rows, 1 to {@link #TILE}
         */
        public void forward(double[] features, int from, int count) {
            System.arraycopy(features, from * inputs, s, 0, count * inputs);
            forward(count);
        }

        private void forward(int count) {
            for (int r = 0; r < count; r++) {
                System.arraycopy(b1, 0, z1, r * padded, padded);
                System.arraycopy(b2, 0, z2, r * padded, padded);
            }
            kernel.multiplyAdd(z1, count, padded, inputs, s, 0, inputs, 1, w1T); // [count, P]
            kernel.silu(z1, sigma1, h1, count * padded);
            kernel.multiplyAdd(z2, count, padded, padded, h1, 0, padded, 1, w2T); // [count, P]
            kernel.silu(z2, sigma2, h2, count * padded);
            for (int r = 0; r < count; r++) {
                muLogit[r] = muBias + dot(mu, h2, r * padded);
                kappaLogit[r] = kappaBias + dot(kappa, h2, r * padded);
            }
        }

        /**
         * Adds the gradient of a scalar with respect to all parameters, given its derivatives with respect to the two
         * logits of the rows that {@link #forward} has just seen.
         *
         * @param count the same rows
         * @param dMuLogit {@code [TILE]}
         * @param dKappaLogit {@code [TILE]}
         * @param gradient added to
         */
        public void backward(int count, double[] dMuLogit, double[] dKappaLogit, Gradient gradient) {
            for (int r = 0; r < count; r++) {
                headsBackward(r * padded, dMuLogit[r], dKappaLogit[r], gradient.mu, gradient.kappa);
                gradient.muBias += dMuLogit[r];
                gradient.kappaBias += dKappaLogit[r];
            }
            kernel.siluBackward(z2, sigma2, d2, count * padded);
            addRows(d2, count, gradient.b2);
            kernel.multiplyAdd(gradient.w2T, padded, padded, count, h1, 0, 1, padded, d2); // [P, P]
            Arrays.fill(d1, 0, count * padded, 0);
            kernel.multiplyAdd(d1, count, padded, padded, d2, 0, padded, 1, w2); // [count, P]
            kernel.siluBackward(z1, sigma1, d1, count * padded);
            addRows(d1, count, gradient.b1);
            kernel.multiplyAdd(gradient.w1T, inputs, padded, count, s, 0, 1, inputs, d1); // [F, P]
        }

        /** One row through both heads; a method of its own, with local names, so that the loop runs in lanes. */
        private void headsBackward(int row, double dm, double dk, double[] sumMu, double[] sumKappa) {
            double[] d = d2;
            double[] h = h2;
            double[] wMu = mu;
            double[] wKappa = kappa;
            for (int j = 0; j < wMu.length; j++) {
                d[row + j] = Math.fma(dm, wMu[j], dk * wKappa[j]);
            }
            for (int j = 0; j < wMu.length; j++) {
                sumMu[j] = Math.fma(dm, h[row + j], sumMu[j]);
                sumKappa[j] = Math.fma(dk, h[row + j], sumKappa[j]);
            }
        }

        private void addRows(double[] d, int count, double[] sum) {
            for (int r = 0; r < count; r++) {
                for (int j = 0; j < padded; j++) {
                    sum[j] += d[r * padded + j];
                }
            }
        }
    }

    /** A gradient in the padded inner layout. */
    public final class Gradient {
        private final double[] w1T = new double[inputs * padded];
        private final double[] b1 = new double[padded];
        private final double[] w2T = new double[padded * padded];
        private final double[] b2 = new double[padded];
        private final double[] mu = new double[padded];
        private final double[] kappa = new double[padded];
        private double muBias;
        private double kappaBias;

        /** The gradient in the flat order of the parameters. */
        public double[] flat() {
            double[] flat = new double[parameterCount(inputs, hidden)];
            int at = 0;
            for (int j = 0; j < hidden; j++) {
                for (int f = 0; f < inputs; f++) {
                    flat[at++] = w1T[f * padded + j];
                }
            }
            System.arraycopy(b1, 0, flat, at, hidden);
            at += hidden;
            for (int j = 0; j < hidden; j++) {
                for (int k = 0; k < hidden; k++) {
                    flat[at++] = w2T[k * padded + j];
                }
            }
            System.arraycopy(b2, 0, flat, at, hidden);
            at += hidden;
            System.arraycopy(mu, 0, flat, at, hidden);
            at += hidden;
            flat[at++] = muBias;
            System.arraycopy(kappa, 0, flat, at, hidden);
            at += hidden;
            flat[at] = kappaBias;
            return flat;
        }
    }

    /** Four partial sums in a fixed order, whatever the kernel. */
    private double dot(double[] w, double[] h, int from) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        for (int j = 0; j < padded; j += 4) {
            s0 = Math.fma(w[j], h[from + j], s0);
            s1 = Math.fma(w[j + 1], h[from + j + 1], s1);
            s2 = Math.fma(w[j + 2], h[from + j + 2], s2);
            s3 = Math.fma(w[j + 3], h[from + j + 3], s3);
        }
        return s0 + s1 + (s2 + s3);
    }

    /** {@code 1 / (1 + exp(-x))}, the same on every platform. */
    public static double sigmoid(double x) {
        return 1 / (1 + Exponential.exp(-x));
    }
}
