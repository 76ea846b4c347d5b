package io.maskflow.experiments.curves;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.PairedBootstrap;
import io.maskflow.experiments.statistics.Proportion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Accuracy against model calls of one decoder: a point for every value of its dial.
 *
 * @param decoder its name
 * @param budget ceiling of the calls of a single answer
 * @param dialName the setting that is turned
 * @param points in order of the dial
 * @param atCalls the curve read at fixed mean calls, only where they lie between its cheapest and its dearest point
 * @param aup {@link AccuracyUnderParallelism}, the best of all curves of this ceiling as {@code y_max}
 * @param dominatedArea see docs/STATISTICS.md, in [0, 1]
 */
public record CallCurve(
        String decoder,
        String budget,
        @JsonProperty("dial_name") String dialName,
        List<Point> points,
        @JsonProperty("at_calls") List<AtCalls> atCalls,
        double aup,
        @JsonProperty("dominated_area") double dominatedArea) {

    private static final double LEVEL = 0.95;
    private static final PairedBootstrap BOOTSTRAP = new PairedBootstrap(2_000, PairedBootstrap.USUAL.seed());

    /** Copies the lists. */
    public CallCurve {
        points = List.copyOf(points);
        atCalls = List.copyOf(atCalls);
    }

    /**
     * One value of the dial.
     *
     * @param n judged answers
     * @param passed how many passed all asserts
     * @param passAt1 {@code passed / n}
     * @param low lower end of its 95 % Wilson interval, each problem counted once however many seeds it has
     * @param high upper end
     * @param nfeMean model calls per answer
     * @param tpf response tokens per model call
     */
    public record Point(
            double dial,
            long n,
            long passed,
            @JsonProperty("no_verdict") long noVerdict,
            @JsonProperty("pass_at_1") double passAt1,
            double low,
            double high,
            @JsonProperty("nfe_mean") double nfeMean,
            double tpf) {}

    /**
     * The curve at a mean number of calls, read between its points in the logarithm of the calls.
     *
     * @param calls where
     * @param passAt1 share passed there
     * @param low lower end of its 95 % bootstrap interval, problems drawn whole
     * @param high upper end
     * @param difference the reference decoder's curve there less this one; null where it has none
     * @param interval paired 95 % bootstrap interval of the difference, the same problems drawn for both
     */
    public record AtCalls(
            double calls,
            @JsonProperty("pass_at_1") double passAt1,
            double low,
            double high,
            @JsonInclude(JsonInclude.Include.NON_NULL) Double difference,
            @JsonInclude(JsonInclude.Include.NON_NULL) Interval interval) {}

    /**
     * The curves of one ceiling.
     *
     * @param grids answers of the decoders on the same problems, at least one
     * @param dialNames by decoder
     * @param calls where the curves are read
     * @param reference decoder that the others are compared with, empty for none
     * @param most calls of the ceiling, {@code T}
     */
    public static List<CallCurve> of(
            List<DialGrid> grids, Map<String, String> dialNames, List<Double> calls, String reference, int most) {
        List<List<Point>> points = grids.stream().map(CallCurve::points).toList();
        double yMax = points.stream()
                .flatMap(Collection::stream)
                .mapToDouble(point -> 100 * point.passAt1())
                .max()
                .orElse(0);
        List<List<AtCalls>> read = read(grids, calls, reference);
        List<CallCurve> curves = new ArrayList<>();
        for (int g = 0; g < grids.size(); g++) {
            DialGrid grid = grids.get(g);
            List<Point> own = points.get(g);
            curves.add(new CallCurve(
                    grid.decoder(),
                    grid.budget(),
                    dialNames.getOrDefault(grid.decoder(), "dial"),
                    own,
                    read.get(g),
                    AccuracyUnderParallelism.of(
                            own.stream()
                                    .map(p -> new AccuracyUnderParallelism.Point(p.tpf(), 100 * p.passAt1()))
                                    .toList(),
                            yMax),
                    LogCalls.dominatedArea(
                            own.stream().mapToDouble(Point::nfeMean).toArray(),
                            own.stream().mapToDouble(Point::passAt1).toArray(),
                            most)));
        }
        return curves;
    }

    private static List<Point> points(DialGrid grid) {
        List<Point> points = new ArrayList<>();
        for (double dial : grid.dials()) {
            Collection<DialGrid.Answer> answers = grid.at(dial).values();
            long judged = answers.stream().filter(DialGrid.Answer::judged).count();
            long passed = answers.stream().filter(DialGrid.Answer::passed).count();
            long problems = grid.at(dial).entrySet().stream()
                    .filter(entry -> entry.getValue().judged())
                    .map(entry -> entry.getKey().problem())
                    .distinct()
                    .count();
            long calls = answers.stream().mapToLong(DialGrid.Answer::calls).sum();
            long tokens = answers.stream().mapToLong(DialGrid.Answer::tokens).sum();
            Interval wilson = new Proportion(passed, judged).wilson(LEVEL, problems);
            points.add(new Point(
                    dial,
                    judged,
                    passed,
                    answers.size() - judged,
                    judged == 0 ? 0 : (double) passed / judged,
                    wilson.low(),
                    wilson.high(),
                    (double) calls / answers.size(),
                    calls == 0 ? 0 : (double) tokens / calls));
        }
        return points;
    }

    /** Every curve at every number of calls that it reaches, with intervals from one bootstrap over all of them. */
    private static List<List<AtCalls>> read(List<DialGrid> grids, List<Double> calls, String reference) {
        int ref = grids.stream().map(DialGrid::decoder).toList().indexOf(reference);
        TreeSet<String> problems = new TreeSet<>();
        grids.forEach(grid -> problems.addAll(grid.problems()));
        List<double[][]> systems = new ArrayList<>();
        int[] from = new int[grids.size() + 1];
        for (int g = 0; g < grids.size(); g++) {
            DialGrid grid = grids.get(g);
            grid.dials().forEach(dial -> systems.add(grid.scores(dial, problems)));
            grid.dials().forEach(dial -> systems.add(grid.calls(dial, problems)));
            from[g + 1] = systems.size();
        }
        double[] seen = systems.stream()
                .mapToDouble(system -> Arrays.stream(system)
                        .flatMapToDouble(Arrays::stream)
                        .average()
                        .orElse(Double.NaN))
                .toArray();
        double[] values = atAll(seen, from, calls, ref);
        List<Interval> intervals = calls.isEmpty()
                ? List.of()
                : BOOTSTRAP.intervals(systems, means -> atAll(means, from, calls, ref), LEVEL);
        List<List<AtCalls>> read = new ArrayList<>();
        for (int g = 0; g < grids.size(); g++) {
            List<AtCalls> own = new ArrayList<>();
            for (int c = 0; c < calls.size(); c++) {
                int at = 2 * (g * calls.size() + c);
                if (reaches(seen, from, g, calls.get(c)) && !Double.isNaN(values[at])) {
                    boolean compared = ref >= 0
                            && ref != g
                            && reaches(seen, from, ref, calls.get(c))
                            && !Double.isNaN(values[at + 1]);
                    own.add(new AtCalls(
                            calls.get(c),
                            values[at],
                            intervals.get(at).low(),
                            intervals.get(at).high(),
                            compared ? values[at + 1] : null,
                            compared ? intervals.get(at + 1) : null));
                }
            }
            read.add(own);
        }
        return read;
    }

    private static boolean reaches(double[] means, int[] from, int grid, double calls) {
        return LogCalls.within(Arrays.copyOfRange(means, (from[grid] + from[grid + 1]) / 2, from[grid + 1]), calls);
    }

    /** For every grid and number of calls: the value there, and the reference's less it (0 without a reference). */
    private static double[] atAll(double[] means, int[] from, List<Double> calls, int reference) {
        int grids = from.length - 1;
        double[] values = new double[2 * grids * calls.size()];
        for (int g = 0; g < grids; g++) {
            int middle = (from[g] + from[g + 1]) / 2;
            double[] passed = Arrays.copyOfRange(means, from[g], middle);
            double[] cost = Arrays.copyOfRange(means, middle, from[g + 1]);
            for (int c = 0; c < calls.size(); c++) {
                values[2 * (g * calls.size() + c)] = LogCalls.at(cost, passed, calls.get(c));
            }
        }
        for (int i = 0; reference >= 0 && i < grids * calls.size(); i++) {
            values[2 * i + 1] = values[2 * (reference * calls.size() + i % calls.size())] - values[2 * i];
        }
        return values;
    }
}
