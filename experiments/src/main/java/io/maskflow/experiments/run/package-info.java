/**
 * The run folder: what a run leaves behind, each file written so that a crash or a power cut leaves the old one or the new.
 *
 * <p>Start at {@link io.maskflow.experiments.run.RunFolder}, which names every file. Each writer does one:
 * {@link io.maskflow.experiments.run.RunManifest}, {@link io.maskflow.experiments.run.ResultsLog},
 * {@link io.maskflow.experiments.run.TraceLog}; all of them rest on {@link io.maskflow.experiments.run.DurableFile} and
 * {@link io.maskflow.experiments.run.JsonLines}.
 *
 * <p>What never belongs here: how a figure comes about.
 */
package io.maskflow.experiments.run;
