/**
 * Commands that make a run folder (train, evaluate, ablate, filter, align, pretrain) and those that read one (report, runs).
 */
package io.maskflow.experiments.cli.run;
