package io.maskflow.policy.kernel;

/** The loops that a small network and its loss spend their time in. All arrays are row-major doubles. */
public interface DenseKernel {

    /** Columns are padded to a multiple of this. */
    int PADDING = 16;

    /** A name for reports: {@code vector} or {@code scalar}. */
    String name();

    /**
     * {@code C[m][n] += sum_k A[m * aRow + k * aColumn] * B[k][n]}, the sum in the order of {@code k}, every addition a
     * fused multiply-add.
     *
     * @param c {@code [rows, columns]}, added to
     * @param rows M
     * @param columns N, a multiple of {@link #PADDING}
     * @param inner K
     * @param a the left factor, addressed by two strides so that it may be read transposed
     * @param aOffset first entry of {@code a}
     * @param aRow distance of two rows of {@code a}
     * @param aColumn distance of two columns of {@code a}
     * @param b {@code [inner, columns]}
     */
    void multiplyAdd(
            double[] c, int rows, int columns, int inner, double[] a, int aOffset, int aRow, int aColumn, double[] b);

    /**
     * {@code sigma = 1 / (1 + exp(-z))}, {@code h = z sigma}.
     *
     * @param z {@code [count]} pre-activations
     * @param sigma {@code [count]} written
     * @param h {@code [count]} written
     * @param count a multiple of {@link #PADDING}
     */
    void silu(double[] z, double[] sigma, double[] h, int count);

    /**
     * {@code d *= sigma (1 + z (1 - sigma))}: the gradient through {@link #silu}.
     *
     * @param z {@code [count]} pre-activations
     * @param sigma {@code [count]} as left by {@link #silu}
     * @param d {@code [count]} gradient of the output on entry, of the pre-activation on return
     * @param count a multiple of {@link #PADDING}
     */
    void siluBackward(double[] z, double[] sigma, double[] d, int count);

    /**
     * {@code ln Gamma(x)} and {@code psi(x)}, within 2e-14 relative to {@code max(1, |value|)}.
     *
     * @param x {@code [count]} positive and normal; NaN gives NaN
     * @param logGamma {@code [count]} written
     * @param digamma {@code [count]} written
     * @param count a multiple of {@link #PADDING}
     */
    void gamma(double[] x, double[] logGamma, double[] digamma, int count);

    /** The Vector API where the JVM was started with {@code jdk.incubator.vector}, plain loops otherwise. */
    static DenseKernel fastest() {
        return Choice.FASTEST;
    }

    /** Plain loops; always there. */
    static DenseKernel scalar() {
        return new ScalarKernel();
    }

    /** True where the module of the Vector API was added to this JVM. */
    static boolean vectorAvailable() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }

    /** The choice is made once; the class of the Vector API road is not touched where its module is absent. */
    final class Choice {
        private static final DenseKernel FASTEST = vectorAvailable() ? new VectorKernel() : new ScalarKernel();

        private Choice() {}
    }
}
