package io.maskflow.policy.kernel;

/** Plain loops: the readable road, and the one taken where the Vector API is absent. */
final class ScalarKernel implements DenseKernel {

    @Override
    public String name() {
        return "scalar";
    }

    @Override
    public void multiplyAdd(
            double[] c, int rows, int columns, int inner, double[] a, int aOffset, int aRow, int aColumn, double[] b) {
        for (int m = 0; m < rows; m++) {
            for (int n = 0; n < columns; n += 8) {
                eightColumns(c, m * columns + n, columns, inner, a, aOffset + m * aRow, aColumn, b, n);
            }
        }
    }

    /** One row by eight columns in local variables over the whole inner sum. */
    private static void eightColumns(
            double[] c, int at, int columns, int inner, double[] a, int a0, int aColumn, double[] b, int n) {
        double s0 = c[at];
        double s1 = c[at + 1];
        double s2 = c[at + 2];
        double s3 = c[at + 3];
        double s4 = c[at + 4];
        double s5 = c[at + 5];
        double s6 = c[at + 6];
        double s7 = c[at + 7];
        for (int k = 0; k < inner; k++) {
            double f = a[a0 + k * aColumn];
            int from = k * columns + n;
            s0 = Math.fma(f, b[from], s0);
            s1 = Math.fma(f, b[from + 1], s1);
            s2 = Math.fma(f, b[from + 2], s2);
            s3 = Math.fma(f, b[from + 3], s3);
            s4 = Math.fma(f, b[from + 4], s4);
            s5 = Math.fma(f, b[from + 5], s5);
            s6 = Math.fma(f, b[from + 6], s6);
            s7 = Math.fma(f, b[from + 7], s7);
        }
        c[at] = s0;
        c[at + 1] = s1;
        c[at + 2] = s2;
        c[at + 3] = s3;
        c[at + 4] = s4;
        c[at + 5] = s5;
        c[at + 6] = s6;
        c[at + 7] = s7;
    }

    @Override
    public void silu(double[] z, double[] sigma, double[] h, int count) {
        for (int i = 0; i < count; i++) {
            sigma[i] = 1 / (1 + Exponential.exp(-z[i]));
            h[i] = z[i] * sigma[i];
        }
    }

    @Override
    public void siluBackward(double[] z, double[] sigma, double[] d, int count) {
        for (int i = 0; i < count; i++) {
            d[i] *= sigma[i] * Math.fma(z[i], 1 - sigma[i], 1);
        }
    }

    @Override
    public void gamma(double[] x, double[] logGamma, double[] digamma, int count) {
        GammaFunctions.of(x, logGamma, digamma, count);
    }
}
