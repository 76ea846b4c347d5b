package io.maskflow.policy.kernel;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/** The same loops with the Vector API: lanes run over columns, so no sum changes its order. */
final class VectorKernel implements DenseKernel {

    private static final VectorSpecies<Double> LANES =
            DoubleVector.SPECIES_PREFERRED.length() <= 8 ? DoubleVector.SPECIES_PREFERRED : DoubleVector.SPECIES_512;
    private static final int WIDTH = LANES.length();

    @Override
    public String name() {
        return "vector";
    }

    @Override
    public void multiplyAdd(
            double[] c, int rows, int columns, int inner, double[] a, int aOffset, int aRow, int aColumn, double[] b) {
        int m = 0;
        for (; m + 4 <= rows; m += 4) {
            for (int n = 0; n < columns; n += 2 * WIDTH) {
                fourRows(c, m * columns + n, columns, inner, a, aOffset + m * aRow, aRow, aColumn, b, n);
            }
        }
        for (; m < rows; m++) {
            for (int n = 0; n < columns; n += 2 * WIDTH) {
                oneRow(c, m * columns + n, columns, inner, a, aOffset + m * aRow, aColumn, b, n);
            }
        }
    }

    /** Four rows by two vectors, held in registers over the whole inner sum. */
    private static void fourRows(
            double[] c, int cAt, int columns, int inner, double[] a, int a0, int aRow, int aColumn, double[] b, int n) {
        int c1 = cAt + columns;
        int c2 = c1 + columns;
        int c3 = c2 + columns;
        DoubleVector s00 = DoubleVector.fromArray(LANES, c, cAt);
        DoubleVector s01 = DoubleVector.fromArray(LANES, c, cAt + WIDTH);
        DoubleVector s10 = DoubleVector.fromArray(LANES, c, c1);
        DoubleVector s11 = DoubleVector.fromArray(LANES, c, c1 + WIDTH);
        DoubleVector s20 = DoubleVector.fromArray(LANES, c, c2);
        DoubleVector s21 = DoubleVector.fromArray(LANES, c, c2 + WIDTH);
        DoubleVector s30 = DoubleVector.fromArray(LANES, c, c3);
        DoubleVector s31 = DoubleVector.fromArray(LANES, c, c3 + WIDTH);
        int at = a0;
        int bAt = n;
        for (int k = 0; k < inner; k++) {
            DoubleVector b0 = DoubleVector.fromArray(LANES, b, bAt);
            DoubleVector b1 = DoubleVector.fromArray(LANES, b, bAt + WIDTH);
            DoubleVector f = DoubleVector.broadcast(LANES, a[at]);
            s00 = f.fma(b0, s00);
            s01 = f.fma(b1, s01);
            f = DoubleVector.broadcast(LANES, a[at + aRow]);
            s10 = f.fma(b0, s10);
            s11 = f.fma(b1, s11);
            f = DoubleVector.broadcast(LANES, a[at + 2 * aRow]);
            s20 = f.fma(b0, s20);
            s21 = f.fma(b1, s21);
            f = DoubleVector.broadcast(LANES, a[at + 3 * aRow]);
            s30 = f.fma(b0, s30);
            s31 = f.fma(b1, s31);
            at += aColumn;
            bAt += columns;
        }
        s00.intoArray(c, cAt);
        s01.intoArray(c, cAt + WIDTH);
        s10.intoArray(c, c1);
        s11.intoArray(c, c1 + WIDTH);
        s20.intoArray(c, c2);
        s21.intoArray(c, c2 + WIDTH);
        s30.intoArray(c, c3);
        s31.intoArray(c, c3 + WIDTH);
    }

    private static void oneRow(
            double[] c, int cAt, int columns, int inner, double[] a, int a0, int aColumn, double[] b, int n) {
        DoubleVector s0 = DoubleVector.fromArray(LANES, c, cAt);
        DoubleVector s1 = DoubleVector.fromArray(LANES, c, cAt + WIDTH);
        for (int k = 0; k < inner; k++) {
            DoubleVector f = DoubleVector.broadcast(LANES, a[a0 + k * aColumn]);
            s0 = f.fma(DoubleVector.fromArray(LANES, b, k * columns + n), s0);
            s1 = f.fma(DoubleVector.fromArray(LANES, b, k * columns + n + WIDTH), s1);
        }
        s0.intoArray(c, cAt);
        s1.intoArray(c, cAt + WIDTH);
    }

    @Override
    public void silu(double[] z, double[] sigma, double[] h, int count) {
        for (int i = 0; i < count; i += WIDTH) {
            DoubleVector x = DoubleVector.fromArray(LANES, z, i);
            DoubleVector s = DoubleVector.broadcast(LANES, 1).div(exp(x.neg()).add(1));
            s.intoArray(sigma, i);
            x.mul(s).intoArray(h, i);
        }
    }

    /** {@link Exponential#exp}, lane by lane. */
    private static DoubleVector exp(DoubleVector x) {
        DoubleVector cut = x.min(Exponential.LIMIT).max(-Exponential.LIMIT);
        DoubleVector round = DoubleVector.broadcast(LANES, Exponential.ROUND_AND_BIAS);
        DoubleVector biased = cut.fma(DoubleVector.broadcast(LANES, Exponential.LOG2_E), round);
        DoubleVector n = biased.sub(round);
        DoubleVector r = n.fma(DoubleVector.broadcast(LANES, -Exponential.LN2_HIGH), cut);
        r = n.fma(DoubleVector.broadcast(LANES, -Exponential.LN2_LOW), r);
        DoubleVector sum = DoubleVector.broadcast(LANES, Exponential.TAYLOR[0]);
        for (int i = 1; i < 14; i++) {
            sum = sum.fma(r, DoubleVector.broadcast(LANES, Exponential.TAYLOR[i]));
        }
        return sum.mul(
                biased.reinterpretAsLongs().lanewise(VectorOperators.LSHL, 52).reinterpretAsDoubles());
    }

    @Override
    public void siluBackward(double[] z, double[] sigma, double[] d, int count) {
        DoubleVector one = DoubleVector.broadcast(LANES, 1);
        for (int i = 0; i < count; i += WIDTH) {
            DoubleVector s = DoubleVector.fromArray(LANES, sigma, i);
            DoubleVector slope = s.mul(DoubleVector.fromArray(LANES, z, i).fma(one.sub(s), one));
            DoubleVector.fromArray(LANES, d, i).mul(slope).intoArray(d, i);
        }
    }

    /**
     * {@link GammaFunctions#of}, lane by lane. In four loops over arrays: a vector that is handed to a method which is not
     * inlined becomes an object.
     */
    @Override
    public void gamma(double[] x, double[] logGamma, double[] digamma, int count) {
        DoubleVector one = DoubleVector.broadcast(LANES, 1);
        for (int i = 0; i < count; i += WIDTH) {
            DoubleVector v = DoubleVector.fromArray(LANES, x, i);
            DoubleVector u = v.mul(v.add(9));
            DoubleVector p = u.mul(u.add(8)).mul(u.add(14).mul(u.add(18))).mul(u.add(20));
            VectorMask<Double> small = v.lt(GammaFunctions.SHIFT);
            one.blend(p, small).intoArray(logGamma, i);
            v.blend(v.add(GammaFunctions.SHIFT), small).intoArray(digamma, i);
        }
        log(logGamma, count);
        log(digamma, count);
        for (int i = 0; i < count; i += WIDTH) {
            finish(x, logGamma, digamma, i);
        }
    }

    /** From {@code ln P} in {@code logGamma} and {@code ln z} in {@code digamma} to the functions themselves. */
    private static void finish(double[] x, double[] logGamma, double[] digamma, int at) {
        DoubleVector v = DoubleVector.fromArray(LANES, x, at);
        VectorMask<Double> small = v.lt(GammaFunctions.SHIFT);
        DoubleVector u = v.mul(v.add(9));
        DoubleVector a = u.add(8);
        DoubleVector b = u.add(14);
        DoubleVector c = u.add(18);
        DoubleVector d = u.add(20);
        DoubleVector ua = u.mul(a);
        DoubleVector bc = b.mul(c);
        DoubleVector slope = u.add(a).fma(bc, ua.mul(b.add(c)));
        slope = slope.fma(d, ua.mul(bc));
        DoubleVector p = ua.mul(bc).mul(d);
        DoubleVector shift =
                DoubleVector.zero(LANES).blend(slope.mul(v.mul(2).add(9)).div(p), small);
        DoubleVector z = v.blend(v.add(GammaFunctions.SHIFT), small);
        DoubleVector w = DoubleVector.broadcast(LANES, 1).div(z.mul(z));
        DoubleVector first = DoubleVector.broadcast(LANES, GammaFunctions.LOG_GAMMA[0]);
        DoubleVector second = DoubleVector.broadcast(LANES, GammaFunctions.DIGAMMA[0]);
        for (int k = 1; k < 8; k++) {
            first = first.fma(w, DoubleVector.broadcast(LANES, GammaFunctions.LOG_GAMMA[k]));
            second = second.fma(w, DoubleVector.broadcast(LANES, GammaFunctions.DIGAMMA[k]));
        }
        DoubleVector log = DoubleVector.fromArray(LANES, digamma, at);
        DoubleVector constant =
                DoubleVector.broadcast(LANES, GammaFunctions.HALF_LOG_TWO_PI).sub(z);
        DoubleVector stirling = z.sub(0.5).fma(log, constant).add(first.div(z));
        stirling.sub(DoubleVector.fromArray(LANES, logGamma, at)).intoArray(logGamma, at);
        log.sub(DoubleVector.broadcast(LANES, 0.5).div(z))
                .sub(second.mul(w))
                .sub(shift)
                .intoArray(digamma, at);
    }

    /** {@link GammaFunctions#log} in place, lane by lane. */
    private static void log(double[] values, int count) {
        for (int i = 0; i < count; i += WIDTH) {
            LongVector moved = DoubleVector.fromArray(LANES, values, i)
                    .reinterpretAsLongs()
                    .add(GammaFunctions.ONE_LESS_ROOT_HALF);
            DoubleVector k = moved.lanewise(VectorOperators.LSHR, 52)
                    .or(GammaFunctions.TWO_52_BITS)
                    .reinterpretAsDoubles()
                    .sub(GammaFunctions.TWO_52_AND_BIAS);
            DoubleVector f = moved.and(GammaFunctions.MANTISSA)
                    .add(GammaFunctions.ROOT_HALF)
                    .reinterpretAsDoubles()
                    .sub(1);
            DoubleVector s = f.div(f.add(2));
            DoubleVector z = s.mul(s);
            DoubleVector r = DoubleVector.broadcast(LANES, GammaFunctions.LOG[0]);
            for (int j = 1; j < 7; j++) {
                r = r.fma(z, DoubleVector.broadcast(LANES, GammaFunctions.LOG[j]));
            }
            r = r.mul(z);
            DoubleVector half = f.mul(0.5).mul(f);
            DoubleVector low = s.fma(half.add(r), k.mul(GammaFunctions.LN2_LOW));
            k.fma(DoubleVector.broadcast(LANES, GammaFunctions.LN2_HIGH), f.sub(half.sub(low)))
                    .intoArray(values, i);
        }
    }
}
