/**
 * Continuous batching: many requests decoded at once on each worker, rows joining and leaving between steps.
 *
 * <p>Start at {@link io.maskflow.experiments.serving.batch.Batching}. Never here: HTTP, JSON.
 */
package io.maskflow.experiments.serving.batch;
