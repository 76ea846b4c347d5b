/**
 * What {@code bench} measures: {@link io.maskflow.experiments.benchmark.DecodeBench} takes a decode step apart, {@link
 * io.maskflow.experiments.benchmark.LearnerBench} the learner's update by every backend. Figures are ratios of things timed
 * in the same run; nothing here asserts on time.
 */
package io.maskflow.experiments.benchmark;
