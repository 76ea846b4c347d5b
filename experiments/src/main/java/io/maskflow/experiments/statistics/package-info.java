/**
 * Statistics of an evaluation: proportions with intervals, paired comparisons, corrections, {@code pass@k}.
 *
 * <p>Pure functions over counts and plain arrays; Commons Math supplies the distributions. The golden values of
 * {@code numerics/stats.json} check them.
 *
 * <p>What never belongs here: files, printing, knowledge of what was measured.
 */
package io.maskflow.experiments.statistics;
