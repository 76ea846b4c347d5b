package io.maskflow.experiments.curves;

import java.util.Comparator;
import java.util.List;

/**
 * AUP, accuracy under parallelism, as d3LLM defines it (arXiv 2601.07568): the area below accuracy over tokens per call,
 * where accuracy lost against the best of all methods weighs exponentially.
 *
 * <pre>rho_1 y_1 + sum_i (rho_i - rho_(i-1)) (y_i W(y_i) + y_(i-1) W(y_(i-1))) / 2,  W(y) = min(exp(-3 (1 - y / y_max)), 1)</pre>
 *
 * <p>Points in order of {@code rho}; those with less than {@code y_1 - 5} are dropped.
 */
public final class AccuracyUnderParallelism {

    private static final double ALPHA = 3;
    private static final double MOST_LOST = 5;

    private AccuracyUnderParallelism() {}

    /**
     * One point of a curve.
     *
     * @param rho tokens per model call, above 0
     * @param y accuracy in percent, in [0, 100]
     */
    public record Point(double rho, double y) {}

    /**
     * AUP of a curve.
     *
     * @param points in any order
     * @param yMax best accuracy of all methods that are compared, in percent
     * @return 0 for no points
     */
    public static double of(List<Point> points, double yMax) {
        List<Point> sorted =
                points.stream().sorted(Comparator.comparingDouble(Point::rho)).toList();
        if (sorted.isEmpty()) {
            return 0;
        }
        double least = sorted.get(0).y() - MOST_LOST;
        List<Point> kept = sorted.stream().filter(point -> point.y() >= least).toList();
        double area = kept.get(0).rho() * kept.get(0).y();
        for (int i = 1; i < kept.size(); i++) {
            Point from = kept.get(i - 1);
            Point to = kept.get(i);
            area += (to.rho() - from.rho()) * (weighted(to.y(), yMax) + weighted(from.y(), yMax)) / 2;
        }
        return area;
    }

    private static double weighted(double y, double yMax) {
        return yMax > 0 ? y * Math.min(Math.exp(-ALPHA * (1 - y / yMax)), 1) : 0;
    }
}
