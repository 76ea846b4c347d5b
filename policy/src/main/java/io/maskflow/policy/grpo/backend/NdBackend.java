package io.maskflow.policy.grpo.backend;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.ops.transforms.Transforms;

/**
 * The same gradients with ND4J arrays in double: matrix products and element-wise functions there, the heads' objective
 * on the host. (ND4J's own differentiation has no gradient of {@code lgamma}, so the derivatives are the hand-derived
 * ones.) Every array is closed before the method returns.
 */
final class NdBackend implements LearnerBackend {

    /** States per pass, so that memory stays bounded. */
    private static final int CHUNK = 8192;

    @Override
    public String name() {
        return "nd4j";
    }

    @Override
    public double[] gradient(PolicyNetwork policy, double[] states, HeadObjective objective) {
        double[] sum = new double[policy.shape().parameterCount()];
        int rows = states.length / policy.shape().state().size();
        for (int first = 0; first < rows; first += CHUNK) {
            int count = Math.min(CHUNK, rows - first);
            try (Arrays arrays = new Arrays()) {
                double[] part = chunk(arrays, policy, states, first, count, objective);
                for (int i = 0; i < sum.length; i++) {
                    sum[i] += part[i];
                }
            }
        }
        return sum;
    }

    private static double[] chunk(
            Arrays arrays, PolicyNetwork policy, double[] states, int first, int count, HeadObjective objective) {
        PolicyShape shape = policy.shape();
        int f = shape.state().size();
        int h = shape.hidden();
        double[] p = policy.parameters();
        INDArray w1 = arrays.of(p, 0, h, f);
        INDArray b1 = arrays.of(p, h * f, 1, h);
        INDArray w2 = arrays.of(p, h * f + h, h, h);
        INDArray b2 = arrays.of(p, h * f + h + h * h, 1, h);
        int headsAt = h * f + h + h * h + h;
        INDArray muWeight = arrays.of(p, headsAt, 1, h);
        INDArray kappaWeight = arrays.of(p, headsAt + h + 1, 1, h);
        INDArray x = arrays.of(states, first * f, count, f); // [D, F]

        INDArray z1 = arrays.keep(arrays.product(x, false, w1, true).addiRowVector(b1)); // [D, H]
        INDArray sigma1 = arrays.keep(Transforms.sigmoid(z1, true));
        INDArray h1 = arrays.keep(z1.mul(sigma1));
        INDArray z2 = arrays.keep(arrays.product(h1, false, w2, true).addiRowVector(b2)); // [D, H]
        INDArray sigma2 = arrays.keep(Transforms.sigmoid(z2, true));
        INDArray h2 = arrays.keep(z2.mul(sigma2));
        double[] mu = arrays.product(h2, false, muWeight, true).data().asDouble();
        double[] kappa = arrays.product(h2, false, kappaWeight, true).data().asDouble();
        for (int r = 0; r < count; r++) {
            mu[r] = shape.mu(mu[r] + p[headsAt + h]);
            kappa[r] = shape.kappa(kappa[r] + p[headsAt + 2 * h + 1]);
        }
        double[] dMu = new double[count];
        double[] dKappa = new double[count];
        objective.derivatives(first, count, mu, kappa, dMu, dKappa);
        for (int r = 0; r < count; r++) {
            dMu[r] *= shape.muSlope(mu[r]);
            dKappa[r] *= shape.kappaSlope(kappa[r]);
        }

        INDArray dm = arrays.of(dMu, 0, count, 1);
        INDArray dk = arrays.of(dKappa, 0, count, 1);
        INDArray gMu = arrays.product(dm, true, h2, false); // [1, H]
        INDArray gKappa = arrays.product(dk, true, h2, false);
        INDArray d2 = arrays.product(dm, false, muWeight, false); // [D, H]
        d2.addi(arrays.product(dk, false, kappaWeight, false));
        d2.muli(siluSlope(arrays, z2, sigma2));
        INDArray gW2 = arrays.product(d2, true, h1, false); // [H, H]
        INDArray d1 = arrays.product(d2, false, w2, false); // [D, H]
        d1.muli(siluSlope(arrays, z1, sigma1));
        INDArray gW1 = arrays.product(d1, true, x, false); // [H, F]

        double[] gradient = new double[p.length];
        int at = copy(gW1, gradient, 0);
        at = copy(arrays.keep(d1.sum(0)), gradient, at);
        at = copy(gW2, gradient, at);
        at = copy(arrays.keep(d2.sum(0)), gradient, at);
        at = copy(gMu, gradient, at);
        gradient[at++] = java.util.Arrays.stream(dMu).sum();
        at = copy(gKappa, gradient, at);
        gradient[at] = java.util.Arrays.stream(dKappa).sum();
        return gradient;
    }

    /** {@code sigma (1 + z (1 - sigma))}. */
    private static INDArray siluSlope(Arrays arrays, INDArray z, INDArray sigma) {
        INDArray slope = arrays.keep(sigma.rsub(1));
        return slope.muli(z).addi(1).muli(sigma);
    }

    private static int copy(INDArray from, double[] to, int at) {
        double[] values = from.data().asDouble();
        System.arraycopy(values, 0, to, at, values.length);
        return at + values.length;
    }

    /** Native arrays of one pass. */
    private static final class Arrays implements AutoCloseable {
        private final List<INDArray> open = new ArrayList<>();

        INDArray keep(INDArray array) {
            if (open.stream().noneMatch(other -> other == array)) {
                open.add(array);
            }
            return array;
        }

        /** A row-major matrix. */
        INDArray of(double[] values, int from, int rows, int columns) {
            double[] part = java.util.Arrays.copyOfRange(values, from, from + rows * columns);
            return keep(Nd4j.create(part, new long[] {rows, columns}, 'c').castTo(DataType.DOUBLE));
        }

        /** {@code a b}, either transposed, row-major. */
        INDArray product(INDArray a, boolean transposeA, INDArray b, boolean transposeB) {
            long rows = transposeA ? a.columns() : a.rows();
            long columns = transposeB ? b.rows() : b.columns();
            INDArray result = keep(Nd4j.createUninitialized(DataType.DOUBLE, new long[] {rows, columns}, 'c'));
            Nd4j.exec(new org.nd4j.linalg.api.ops.impl.reduce.Mmul(
                    a,
                    b,
                    result,
                    org.nd4j.linalg.api.blas.params.MMulTranspose.builder()
                            .transposeA(transposeA)
                            .transposeB(transposeB)
                            .build()));
            return result;
        }

        @Override
        public void close() {
            for (INDArray array : open) {
                if (array.closeable() && !array.wasClosed()) {
                    array.close();
                }
            }
        }
    }
}
