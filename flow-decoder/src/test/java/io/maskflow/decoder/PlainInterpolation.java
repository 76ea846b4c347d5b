package io.maskflow.decoder;

import io.maskflow.decoder.backbone.Interpolation;

/** {@link Interpolation} in plain doubles: the other road to every road. */
public final class PlainInterpolation {

    private PlainInterpolation() {}

    /** The state a fraction {@code f} of the way from {@code a} to {@code b}. */
    public static double[] between(Interpolation road, double[] a, double[] b, double f) {
        double[] y = new double[a.length];
        double w = Math.acos(Math.max(-1, Math.min(1, dot(a, b) / (norm(a) * norm(b)))));
        boolean arc = road == Interpolation.SLERP && Math.sin(w) > 1e-3;
        for (int e = 0; e < y.length; e++) {
            y[e] = arc
                    ? (Math.sin((1 - f) * w) * a[e] / norm(a) + Math.sin(f * w) * b[e] / norm(b)) / Math.sin(w)
                    : (1 - f) * a[e] + f * b[e];
        }
        if (road == Interpolation.LERP) {
            return y;
        }
        double scale = ((1 - f) * norm(a) + f * norm(b)) / norm(y);
        for (int e = 0; e < y.length; e++) {
            y[e] *= scale;
        }
        return y;
    }

    /** Length of a vector. */
    public static double norm(double[] v) {
        return Math.sqrt(dot(v, v));
    }

    private static double dot(double[] u, double[] v) {
        double sum = 0;
        for (int e = 0; e < u.length; e++) {
            sum += u[e] * v[e];
        }
        return sum;
    }
}
