package io.maskflow.experiments.curves;

import java.util.Arrays;
import java.util.Comparator;

/** Reading a curve between its points, linear in the logarithm of the calls. */
final class LogCalls {

    private LogCalls() {}

    /**
     * The value at a number of calls.
     *
     * @param calls of the points, above 0, in any order
     * @param values of the points
     * @param at where to read
     * @return between the nearest points on both sides; at an end the value of that end; of points with equal calls the
     *     highest counts
     */
    static double at(double[] calls, double[] values, double at) {
        int below = -1;
        int above = -1;
        for (int i = 0; i < calls.length; i++) {
            if (calls[i] <= at && (below < 0 || nearer(calls[i], values[i], calls[below], values[below], true))) {
                below = i;
            }
            if (calls[i] >= at && (above < 0 || nearer(calls[i], values[i], calls[above], values[above], false))) {
                above = i;
            }
        }
        if (below < 0 || above < 0) {
            return values[Math.max(below, above)];
        }
        if (calls[below] == calls[above]) {
            return Math.max(values[below], values[above]);
        }
        double share = Math.log(at / calls[below]) / Math.log(calls[above] / calls[below]);
        return (1 - share) * values[below] + share * values[above];
    }

    private static boolean nearer(double calls, double value, double than, double itsValue, boolean fromBelow) {
        return calls == than ? value > itsValue : fromBelow ? calls > than : calls < than;
    }

    /** Whether a number of calls lies between the cheapest and the dearest point. */
    static boolean within(double[] calls, double at) {
        boolean cheaper = false;
        boolean dearer = false;
        for (double each : calls) {
            cheaper |= each <= at;
            dearer |= each >= at;
        }
        return cheaper && dearer;
    }

    /**
     * Dominated area: the best share passed with at most so many calls, averaged over the logarithm of the calls from 1 to
     * the most possible. Below the cheapest point it is 0.
     *
     * @param calls of the points
     * @param passed share passed at the points
     * @param most calls of the ceiling, above 1
     * @return in [0, 1]
     */
    static double dominatedArea(double[] calls, double[] passed, double most) {
        Integer[] order = new Integer[calls.length];
        Arrays.setAll(order, i -> i);
        Arrays.sort(order, Comparator.comparingDouble(i -> calls[i]));
        double area = 0;
        double best = 0;
        for (int p = 0; p < order.length; p++) {
            best = Math.max(best, passed[order[p]]);
            double next = p + 1 < order.length ? Math.min(most, calls[order[p + 1]]) : most;
            area += best * Math.max(0, Math.log(next / Math.max(1, calls[order[p]])));
        }
        return area / Math.log(most);
    }
}
