/**
 * The run folder: what a run leaves behind. The pages made from it are in package {@code pages}.
 *
 * <p>Start at {@link io.maskflow.experiments.report.RunFolder}, which names every file. Each writer does one file:
 * {@link io.maskflow.experiments.report.RunManifest}, {@link io.maskflow.experiments.report.MetricsLog},
 * {@link io.maskflow.experiments.report.TensorBoardLog}, {@link io.maskflow.experiments.report.ResultsLog},
 * {@link io.maskflow.experiments.report.Summary}. What the names of the metrics mean stands in {@code docs/METRICS.md}.
 *
 * <p>What never belongs here: how a figure comes about.
 */
package io.maskflow.experiments.report;
