package io.maskflow.experiments.statistics;

import java.util.Arrays;

/**
 * The paired test for problems that were tried with several seeds: were both systems equal, each problem's difference
 * would be as likely with the other sign. Exact, by counting all sign patterns; tries of one problem keep together, which
 * McNemar's test over all tries does not do. With one try a problem it is McNemar's exact test.
 *
 * @param differences for each problem, tries solved by the first system less those solved by the second
 */
public record SignFlip(int[] differences) {

    /** Copies. */
    public SignFlip {
        differences = differences.clone();
    }

    /** Two-sided: the share of sign patterns whose sum is at least as far from 0; 1 if no problem differs. */
    public double exact() {
        int[] sizes =
                Arrays.stream(differences).map(Math::abs).filter(d -> d > 0).toArray();
        int most = Arrays.stream(sizes).sum();
        double[] probability = new double[2 * most + 1]; // of the sum s at s + most
        probability[most] = 1;
        for (int d : sizes) {
            double[] next = new double[probability.length];
            for (int s = d; s < probability.length - d; s++) {
                next[s - d] += probability[s] / 2;
                next[s + d] += probability[s] / 2;
            }
            probability = next; // sums nearer than d to an end were not reachable yet
        }
        int found = Math.abs(Arrays.stream(differences).sum());
        double p = 0;
        for (int s = found; s <= most; s++) {
            p += probability[most + s] + (s == 0 ? 0 : probability[most - s]);
        }
        return Math.min(1, found == 0 ? 1 : p);
    }
}
