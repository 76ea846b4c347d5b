package io.maskflow.experiments.evaluation.answers;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How the step fractions of a decoding go with the state of the tokens: sums over all open tokens of all steps, and over
 * their deviations from the mean of their step. What a decoder owes to its mean fraction alone would leave the second kind
 * at zero.
 */
public final class ActionTally implements DecodingObserver, Serializable {

    private static final long serialVersionUID = 1L;

    private static final double LN2 = Math.log(2);
    private static final double SMALLEST = 1e-6;

    /** {@code x = log2 a}, then what it is compared with. */
    private static final int QUANTITIES = 4;

    private static final int X = 0;
    private static final int CONFIDENCE = 1;
    private static final int PROGRESS = 2;
    private static final int RHO = 3;

    private long count;
    private final double[] sum = new double[QUANTITIES];
    private final double[] square = new double[QUANTITIES];
    private final double[] product = new double[QUANTITIES];
    private final double[] squareWithin = new double[QUANTITIES];
    private final double[] productWithin = new double[QUANTITIES];

    /**
     * Actions of a decoder at a budget against the state they were taken in.
     *
     * @param decisions open tokens, summed over steps
     * @param log2Mean mean of {@code log2 a}
     * @param log2Sd its standard deviation
     * @param withinShare share of its variance that lies between tokens of one step
     * @param confidence correlation of {@code log2 a} with the confidence {@code c}
     * @param progress with the progress {@code t}
     * @param rho with {@code rho}, the share of the steps that are done
     * @param confidenceWithin with the confidence, between tokens of one step
     * @param progressWithin with the progress, between tokens of one step
     */
    public record Actions(
            String decoder,
            String budget,
            long decisions,
            @JsonProperty("log2_mean") double log2Mean,
            @JsonProperty("log2_sd") double log2Sd,
            @JsonProperty("within_share") double withinShare,
            @JsonProperty("r_confidence") double confidence,
            @JsonProperty("r_progress") double progress,
            @JsonProperty("r_rho") double rho,
            @JsonProperty("r_confidence_within") double confidenceWithin,
            @JsonProperty("r_progress_within") double progressWithin) {}

    /**
     * What was counted, without the tallies that saw no flow.
     *
     * @param tallies by {@code decoder@budget}
     */
    public static List<Actions> actions(Map<String, ActionTally> tallies) {
        List<Actions> all = new ArrayList<>();
        tallies.forEach((cell, tally) -> {
            int at = cell.lastIndexOf('@');
            if (!tally.empty()) {
                all.add(tally.actions(cell.substring(0, at), cell.substring(at + 1)));
            }
        });
        return all;
    }

    @Override
    public void onStep(DecodingStep step) {
        if (step.fraction().length == 0) {
            return;
        }
        int open = 0;
        double[] mean = new double[QUANTITIES];
        double[][] values = new double[step.active().length][];
        double rho = step.totalSteps() == 1 ? 0 : (double) step.step() / (step.totalSteps() - 1);
        for (int i = 0; i < values.length; i++) {
            if (step.active()[i]) {
                double x = Math.log(Math.max(SMALLEST, step.fraction()[i])) / LN2;
                values[i] = new double[] {x, step.confidence()[i], step.progressBefore()[i], rho};
                open++;
                for (int q = 0; q < QUANTITIES; q++) {
                    mean[q] += values[i][q];
                }
            }
        }
        count += open;
        for (double[] value : values) {
            for (int q = 0; value != null && q < QUANTITIES; q++) {
                double fromMean = value[q] - mean[q] / open;
                sum[q] += value[q];
                square[q] += value[q] * value[q];
                product[q] += value[q] * value[X];
                squareWithin[q] += fromMean * fromMean;
                productWithin[q] += fromMean * (value[X] - mean[X] / open);
            }
        }
    }

    /** Adds the sums of another tally. */
    void add(ActionTally other) {
        count += other.count;
        for (int q = 0; q < QUANTITIES; q++) {
            sum[q] += other.sum[q];
            square[q] += other.square[q];
            product[q] += other.product[q];
            squareWithin[q] += other.squareWithin[q];
            productWithin[q] += other.productWithin[q];
        }
    }

    /** Whether any action was seen. */
    boolean empty() {
        return count == 0;
    }

    /** The figures. */
    public Actions actions(String decoder, String budget) {
        double variance = variance(X);
        return new Actions(
                decoder,
                budget,
                count,
                sum[X] / count,
                Math.sqrt(variance),
                variance == 0 ? 0 : squareWithin[X] / count / variance,
                correlation(CONFIDENCE),
                correlation(PROGRESS),
                correlation(RHO),
                ratio(productWithin[CONFIDENCE], squareWithin[CONFIDENCE], squareWithin[X]),
                ratio(productWithin[PROGRESS], squareWithin[PROGRESS], squareWithin[X]));
    }

    private double variance(int q) {
        return Math.max(0, square[q] / count - sum[q] / count * sum[q] / count);
    }

    private double correlation(int q) {
        return ratio(product[q] / count - sum[q] / count * sum[X] / count, variance(q), variance(X));
    }

    /** 0 where one of the two does not vary. */
    private static double ratio(double covariance, double first, double second) {
        double scale = Math.sqrt(first) * Math.sqrt(second);
        return scale < 1e-9 ? 0 : covariance / scale;
    }
}
