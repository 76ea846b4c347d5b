/**
 * What a training step measured, on its way out: the JSON lines, the event file of TensorBoard, the sampled answers. What the
 * names mean stands in {@code docs/METRICS.md}.
 *
 * <p>Start at {@link io.maskflow.experiments.metrics.MetricsLog}.
 */
package io.maskflow.experiments.metrics;
