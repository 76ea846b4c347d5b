/**
 * Between Java and the compute engine: weight files and TorchScript programs.
 *
 * <p>Start at {@link io.maskflow.decoder.tensor.TorchScript} for programs. Nothing here knows of any model.
 *
 * <p>Native memory: a tensor belongs to the {@code NDManager} it was made with, and whoever opens a manager closes it.
 */
package io.maskflow.decoder.tensor;
