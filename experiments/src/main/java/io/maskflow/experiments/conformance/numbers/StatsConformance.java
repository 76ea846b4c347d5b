package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.conformance.JsonGroup;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.McNemar;
import io.maskflow.experiments.statistics.PassAtK;
import io.maskflow.experiments.statistics.Proportion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code numerics/stats}: pass@k, proportion intervals and McNemar's test, relative 1e-9.
 *
 * <p>Values within 1e-12 of the golden ones pass as well. One stored value needs that: the lower Clopper-Pearson end of 1
 * in 500 at level 0.9 is off its closed form {@code 1 - 0.95^(1/500)} by 4.7e-13, a relative 4.6e-9 (a test shows ours to
 * be the closed form).
 */
public final class StatsConformance extends JsonGroup {

    private static final double TOLERANCE = 1e-9;
    private static final double ROUNDING_OF_GOLDEN_QUANTILES = 1e-12;

    /** For the command line. */
    public StatsConformance() {
        super("numerics/stats");
    }

    @Override
    protected List<CaseResult> run(JsonNode golden, Path fixtures) {
        List<CaseResult> results = new ArrayList<>();
        for (JsonNode entry : golden.get("pass_at_k")) {
            int n = entry.get("n").intValue();
            int c = entry.get("c").intValue();
            int k = entry.get("k").intValue();
            String name = "pass@" + k + " of " + c + "/" + n;
            results.add(compared(name, new double[] {PassAtK.estimate(n, c, k)}, entry.get("value")));
        }
        for (JsonNode entry : golden.get("proportion_intervals")) {
            Proportion p = new Proportion(
                    entry.get("successes").longValue(), entry.get("n").longValue());
            double level = entry.get("level").doubleValue();
            String name = p.successes() + "/" + p.n() + " at " + level;
            results.add(compared("wilson " + name, ends(p.wilson(level)), entry.get("wilson")));
            results.add(
                    compared("clopper-pearson " + name, ends(p.clopperPearson(level)), entry.get("clopper_pearson")));
        }
        for (JsonNode entry : golden.get("mcnemar")) {
            McNemar test = new McNemar(entry.get("b").intValue(), entry.get("c").intValue());
            String name = "mcnemar " + test.wins() + ":" + test.losses();
            results.add(compared(name, new double[] {test.exact()}, entry.get("exact_two_sided_p")));
            if (!entry.get("mid_p").isNull()) {
                results.add(compared(name + " mid-p", new double[] {test.midP()}, entry.get("mid_p")));
            }
        }
        return results;
    }

    private static double[] ends(Interval interval) {
        return new double[] {interval.low(), interval.high()};
    }

    private static CaseResult compared(String name, double[] ours, JsonNode golden) {
        double worst = 0;
        boolean passed = true;
        for (int i = 0; i < ours.length; i++) {
            double expected = golden.isArray() ? golden.get(i).doubleValue() : golden.doubleValue();
            double difference = Math.abs(ours[i] - expected);
            passed &= difference <= Math.max(TOLERANCE * Math.abs(expected), ROUNDING_OF_GOLDEN_QUANTILES);
            worst = Math.max(worst, difference);
        }
        return new CaseResult(name, passed, "largest difference " + worst);
    }
}
