/**
 * What {@code bench} measures: {@link io.maskflow.experiments.benchmark.DecodeBench} takes a decode step apart. Figures are
 * ratios of things timed in the same run; nothing here asserts on time.
 */
package io.maskflow.experiments.benchmark;
