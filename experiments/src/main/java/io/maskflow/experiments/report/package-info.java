/**
 * What results of a run come to: counts, intervals and comparisons of {@code summary.json}. The pages made from it are in
 * package {@code pages}, other formats in package {@code export} below this one.
 *
 * <p>Start at {@link io.maskflow.experiments.report.Summary}; {@link io.maskflow.experiments.report.Headline} is what is said
 * first of it.
 */
package io.maskflow.experiments.report;
