package io.maskflow.policy;

import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What the policy sees of a position: a list of {@link PolicyFeature features}, by default the paper's eight {@code
 * [p(1), p(2), p(3), p(4), H_k, p(1) - p(2), t, rho]}.
 *
 * @param features the entries, in order, none twice
 * @paper XF Eq. 13
 */
public record PolicyState(List<PolicyFeature> features) implements Serializable {

    /** The paper's eight. */
    public static final PolicyState PAPER = new PolicyState(List.of(
            PolicyFeature.P1,
            PolicyFeature.P2,
            PolicyFeature.P3,
            PolicyFeature.P4,
            PolicyFeature.ENTROPY,
            PolicyFeature.MARGIN,
            PolicyFeature.PROGRESS,
            PolicyFeature.RHO));

    private static final double LN4 = Math.log(4);
    private static final double LN2 = Math.log(2);

    /** Copies the list; refuses an empty one and repetitions. */
    public PolicyState {
        features = List.copyOf(features);
        if (features.isEmpty() || features.stream().distinct().count() != features.size()) {
            throw new IllegalArgumentException(
                    "a policy state needs at least one feature and none twice, was " + features);
        }
    }

    /**
     * A state by the names of its features.
     *
     * @param labels names as in {@link PolicyFeature#label()}
     */
    public static PolicyState named(List<String> labels) {
        return new PolicyState(labels.stream().map(PolicyFeature::named).toList());
    }

    /**
     * The paper's eight and more.
     *
     * @param labels names of the features added
     */
    public static PolicyState paperWith(List<String> labels) {
        List<String> all = new java.util.ArrayList<>(PAPER.labels());
        all.addAll(labels);
        return named(all);
    }

    /** Names of the features, in order. */
    public List<String> labels() {
        return features.stream().map(PolicyFeature::label).toList();
    }

    /** Whether the price of a model call is among them: the policy has a dial. */
    public boolean priced() {
        return features.contains(PolicyFeature.PRICE);
    }

    /** Whether what a position has lived through is among them. */
    public boolean remembers() {
        return features.stream().anyMatch(feature -> switch (feature) {
            case STEADY, CHANGE, DIVERGENCE, RE_EDITS -> true;
            default -> false;
        });
    }

    /** F. */
    public int size() {
        return features.size();
    }

    /**
     * Entropy of the four renormalised probabilities, divided by {@code ln 4}; {@code 0 ln 0 = 0}.
     *
     * @return in [0, 1]
     * @paper XF Eq. 14
     */
    public static double topEntropy(double p1, double p2, double p3, double p4) {
        double total = p1 + p2 + p3 + p4;
        double h = plogp(p1 / total) + plogp(p2 / total) + plogp(p3 / total) + plogp(p4 / total);
        return Math.max(0, Math.min(1, -h / LN4));
    }

    private static double plogp(double p) {
        return p > 0 ? p * Math.log(p) : 0;
    }

    /**
     * The states of all positions of a row.
     *
     * @param row one row at one step
     * @return {@code [length, F]}, row-major, computed in double and rounded once
     */
    public float[] of(RowState row) {
        Facts facts = facts(row);
        int length = row.length();
        float[] states = new float[length * size()];
        float[] top = row.topProbability();
        int at = 0;
        for (int i = 0; i < length; i++) {
            double[] p = {top[4 * i], top[4 * i + 1], top[4 * i + 2], top[4 * i + 3]};
            double rank = facts.sorted.length == 0 ? 0 : facts.rank(top[4 * i]);
            for (PolicyFeature feature : features) {
                states[at++] = (float)
                        switch (feature) {
                            case LEFT -> certainty(row, i - 1);
                            case RIGHT -> certainty(row, i + 1);
                            case PRICE -> Math.log(row.price()) / LN2 / 4;
                            case STEADY -> Math.log1p(row.memory().steady()[i]) / LN2 / 4;
                            case CHANGE -> row.memory().change()[i];
                            case DIVERGENCE -> row.memory().divergence()[i];
                            case RE_EDITS -> Math.log1p(row.memory().reEdits()[i]) / LN2 / 4;
                            default -> value(feature, p, row.progress()[i], row.step(), row.totalSteps(), facts, rank);
                        };
            }
        }
        return states;
    }

    /**
     * The paper's eight in double precision.
     *
     * @param p {@code p(1) .. p(4)}, descending
     * @param t progress before the step
     * @param rho {@code l / (T - 1)}
     * @return {@code [8]}
     */
    public static double[] paper(double[] p, double t, double rho) {
        return new double[] {p[0], p[1], p[2], p[3], topEntropy(p[0], p[1], p[2], p[3]), p[0] - p[1], t, rho};
    }

    /** {@code p(1)} of an open position, 1 of any other. */
    private static double certainty(RowState row, int i) {
        return i < 0 || i >= row.length() || !row.active()[i] ? 1 : row.topProbability()[4 * i];
    }

    /** What a row says about all its positions. */
    private record Facts(int length, int open, double meanConfidence, float[] sorted) {
        /** Share of the open positions whose {@code p(1)} is larger. */
        double rank(float p1) {
            int low = 0;
            int high = sorted.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (sorted[middle] <= p1) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return (double) (sorted.length - low) / sorted.length;
        }
    }

    private Facts facts(RowState row) {
        int open = 0;
        double sum = 0;
        float[] confidences = new float[row.length()];
        for (int i = 0; i < row.length(); i++) {
            if (row.active()[i]) {
                confidences[open++] = row.topProbability()[4 * i];
                sum += row.topProbability()[4 * i];
            }
        }
        float[] sorted = {};
        if (features.contains(PolicyFeature.RANK)) {
            sorted = Arrays.copyOf(confidences, open);
            Arrays.sort(sorted);
        }
        return new Facts(row.length(), open, open == 0 ? 0 : sum / open, sorted);
    }

    private static double value(
            PolicyFeature feature, double[] p, double t, int step, int totalSteps, Facts facts, double rank) {
        int left = totalSteps - step;
        return switch (feature) {
            case P1 -> p[0];
            case P2 -> p[1];
            case P3 -> p[2];
            case P4 -> p[3];
            case ENTROPY -> topEntropy(p[0], p[1], p[2], p[3]);
            case MARGIN -> p[0] - p[1];
            case PROGRESS -> t;
            case RHO -> totalSteps == 1 ? 0 : (double) step / (totalSteps - 1);
            case REMAINING -> 1.0 / left;
            case STEPS_LEFT -> Math.log(left) / LN2 / 8;
            case BUDGET -> Math.log((double) facts.length() / totalSteps) / LN2 / 4;
            case LOAD -> Math.log1p((double) facts.open() / left) / LN2 / 4;
            case OPEN -> (double) facts.open() / facts.length();
            case ROW_CONFIDENCE -> facts.meanConfidence();
            case RANK -> rank;
            case LEFT, RIGHT, PRICE, STEADY, CHANGE, DIVERGENCE, RE_EDITS ->
                throw new IllegalArgumentException(feature + " is a matter of the whole row");
        };
    }
}
