package io.maskflow.policy.grpo;

import java.io.Serializable;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.CholeskyDecomposition;

/**
 * How likely the latents of a batch are held to be: each by its own Beta density; each by its own cut Beta ({@link
 * io.maskflow.policy.distribution.CutLatent}); or all of a trajectory together, by the density that they were drawn with.
 *
 * <p>Tied latents {@code y_i = F_i^-1(Phi(u_i))} with {@code u ~ N(0, C)}, {@code C = (1 - r) I + P P^T} ({@link
 * io.maskflow.policy.SharedNoise}) have
 *
 * <pre>
 *   ln p(y) = sum_i ln f_i(y_i) - 1/2 u^T (C^-1 - I) u - 1/2 ln |C|,      u_i = Phi^-1(F_i(y_i)),
 * </pre>
 *
 * a Gaussian copula. {@code C} does not depend on the policy's parameters, {@code u} does. With {@code m} columns of {@code
 * P}, {@code C^-1 v = (v - P ((1 - r) I + P^T P)^-1 P^T v) / (1 - r)} (Woodbury) costs {@code D m}.
 */
final class Likelihood implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Each latent by its density. */
    static final Likelihood DENSITY = new Likelihood(false, 0, 1, new double[0], 0);
    /** Each latent by its density inside, by its mass at an end. */
    static final Likelihood CUT = new Likelihood(true, 0, 1, new double[0], 0);

    private final boolean cut;
    private final int rank;
    private final double own; // 1 - r
    private final double[] basis; // [D, rank] P
    private final double oldCoupling;

    private Likelihood(boolean cut, int rank, double own, double[] basis, double oldCoupling) {
        this.cut = cut;
        this.rank = rank;
        this.own = own;
        this.basis = basis;
        this.oldCoupling = oldCoupling;
    }

    /**
     * Tied latents of one trajectory.
     *
     * @param own {@code 1 - r}, in (0, 1)
     * @param basis {@code [D, rank]} {@code P}
     * @param u {@code [D]} normal latents that were drawn
     */
    static Likelihood tied(double own, double[] basis, int rank, double[] u) {
        Likelihood tied = new Likelihood(false, rank, own, basis, 0);
        return new Likelihood(false, rank, own, basis, u.length == 0 ? 0 : tied.coupling(u, tied.pull(u)));
    }

    boolean isCut() {
        return cut;
    }

    boolean isTied() {
        return rank > 0;
    }

    /** {@code -1/2 u^T (C^-1 - I) u} of the latents that were drawn. */
    double oldCoupling() {
        return oldCoupling;
    }

    /** {@code -(C^-1 - I) u}: the derivative of {@link #coupling} with respect to {@code u}. */
    double[] pull(double[] u) {
        int count = u.length;
        double[][] inner = new double[rank][rank];
        double[] projected = new double[rank]; // P^T u
        for (int d = 0; d < count; d++) {
            int row = d * rank;
            for (int k = 0; k < rank; k++) {
                projected[k] += basis[row + k] * u[d];
                for (int l = 0; l <= k; l++) {
                    inner[k][l] += basis[row + k] * basis[row + l];
                }
            }
        }
        for (int k = 0; k < rank; k++) {
            inner[k][k] += own;
            for (int l = 0; l < k; l++) {
                inner[l][k] = inner[k][l];
            }
        }
        double[] weights = new CholeskyDecomposition(new Array2DRowRealMatrix(inner, false), 1e-9, 1e-14)
                .getSolver()
                .solve(new ArrayRealVector(projected, false))
                .toArray();
        double[] pull = new double[count];
        for (int d = 0; d < count; d++) {
            double shared = 0;
            for (int k = 0; k < rank; k++) {
                shared += basis[d * rank + k] * weights[k];
            }
            pull[d] = u[d] - (u[d] - shared) / own;
        }
        return pull;
    }

    /** {@code -1/2 u^T (C^-1 - I) u}. */
    double coupling(double[] u, double[] pull) {
        double sum = 0;
        for (int d = 0; d < u.length; d++) {
            sum += u[d] * pull[d];
        }
        return 0.5 * sum;
    }
}
