package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.curves.AccuracyUnderParallelism;
import io.maskflow.experiments.statistics.Holm;
import io.maskflow.experiments.statistics.Interval;
import io.maskflow.experiments.statistics.McNemar;
import io.maskflow.experiments.statistics.MeanAndDeviation;
import io.maskflow.experiments.statistics.NonInferiority;
import io.maskflow.experiments.statistics.PairedBootstrap;
import io.maskflow.experiments.statistics.PassAtK;
import io.maskflow.experiments.statistics.Proportion;
import io.maskflow.experiments.statistics.SignFlip;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The worked examples of {@code docs/STATISTICS.md} are what the code computes. */
class StatisticsPageTest {

    private static final double[][] FULL = {{1, 1}, {1, 0}, {1, 1}, {0, 0}, {1, 1}, {0, 1}};
    private static final double[][] ROW = {{1, 1}, {0, 0}, {0, 1}, {0, 0}, {0, 0}, {0, 1}};

    private static final List<AccuracyUnderParallelism.Point> POINTS = List.of(
            new AccuracyUnderParallelism.Point(1, 80),
            new AccuracyUnderParallelism.Point(2, 78),
            new AccuracyUnderParallelism.Point(4, 70));

    private static List<String> computed() {
        Interval interval = PairedBootstrap.USUAL.difference(ROW, FULL, 0.95);
        double difference = mean(ROW) - mean(FULL);
        return List.of(
                "wilson(40, 100) = " + words(new Proportion(40, 100).wilson(0.95)),
                "clopperPearson(0, 50) = " + words(new Proportion(0, 50).clopperPearson(0.95)),
                "difference = " + words(difference),
                "mcnemar(0, 4) = " + words(new McNemar(0, 4).exact()),
                "midP(0, 4) = " + words(new McNemar(0, 4).midP()),
                "signFlip(-1, -1, -2) = " + words(new SignFlip(new int[] {0, -1, -1, 0, -2, 0}).exact()),
                "interval = " + words(interval),
                "holm(0.25, 0.01, 0.04) = "
                        + Arrays.stream(Holm.correct(new double[] {0.25, 0.01, 0.04}))
                                .mapToObj(StatisticsPageTest::words)
                                .collect(Collectors.joining(", ")),
                "notInferior(-0.025, 0.03) = " + new NonInferiority(-0.012, new Interval(-0.025, 0.004), 0.03).holds(),
                "notInferior(-0.041, 0.03) = " + new NonInferiority(-0.012, new Interval(-0.041, 0.004), 0.03).holds(),
                "meanAndDeviation(78.6, 76.2, 77.2) = " + MeanAndDeviation.of(78.6, 76.2, 77.2),
                "passAtK(10, 3, 5) = " + words(PassAtK.estimate(10, 3, 5)),
                "aup = " + words(AccuracyUnderParallelism.of(POINTS, 80)),
                "aupBesideABetter = " + words(AccuracyUnderParallelism.of(POINTS, 100)));
    }

    private static double mean(double[][] scores) {
        return Arrays.stream(scores).flatMapToDouble(Arrays::stream).average().orElseThrow();
    }

    private static String words(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }

    private static String words(Interval interval) {
        return "[" + words(interval.low()) + ", " + words(interval.high()) + "]";
    }

    @Test
    void everyWorkedExampleIsWhatTheCodeComputes() {
        Matcher shown = Pattern.compile("`([a-zA-Z]+(?:\\([^`]*?\\))? = [^`]+)`")
                .matcher(Repository.text(Repository.root().resolve("docs/STATISTICS.md")));
        List<String> examples = shown.results().map(match -> match.group(1)).toList();
        assertThat(examples)
                .filteredOn(example -> !example.startsWith("recovered"))
                .containsExactlyElementsOf(computed());
    }

    /** Every problem with the same scores: no resample differs, and the interval is the share itself. */
    @Test
    void theWayToTheOracleIsAShareOfTheGap() {
        double[][] x = {{0.7}, {0.7}};
        Interval share =
                PairedBootstrap.USUAL.recovered(x, new double[][] {{0.6}, {0.6}}, new double[][] {{0.8}, {0.8}}, 0.95);
        assertThat(String.format(Locale.ROOT, "recovered(0.7, 0.6, 0.8) = %.2f", share.low()))
                .isEqualTo("recovered(0.7, 0.6, 0.8) = 0.50");
        assertThat(Repository.text(Repository.root().resolve("docs/STATISTICS.md")))
                .contains("`recovered(0.7, 0.6, 0.8) = 0.50`");
        assertThat(share.high()).isEqualTo(share.low());
    }
}
