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
            int cRow = m * columns;
            for (int k = 0; k < inner; k++) {
                double factor = a[aOffset + m * aRow + k * aColumn];
                int bRow = k * columns;
                for (int n = 0; n < columns; n++) {
                    c[cRow + n] = Math.fma(factor, b[bRow + n], c[cRow + n]);
                }
            }
        }
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
}
