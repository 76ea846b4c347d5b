/**
 * The run folder: what a run leaves behind, and the page made from it.
 *
 * <p>Start at {@link io.maskflow.experiments.report.RunFolder}, which names every file. Each writer does one file:
 * {@link io.maskflow.experiments.report.RunManifest}, {@link io.maskflow.experiments.report.MetricsLog},
 * {@link io.maskflow.experiments.report.TensorBoardLog}, {@link io.maskflow.experiments.report.ResultsLog},
 * {@link io.maskflow.experiments.report.Summary}, {@link io.maskflow.experiments.report.Report}. What the names of the
 * metrics mean stands in {@code docs/METRICS.md}.
 *
 * <p>What never belongs here: how a figure comes about.
 */
package io.maskflow.experiments.report;
