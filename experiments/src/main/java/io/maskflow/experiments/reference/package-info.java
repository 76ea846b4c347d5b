/**
 * Networks once more, in plain array operations: the readable reference that the fast text is compared with, for conformance
 * runs, tests and the benchmark. It reads the same description ({@link io.maskflow.decoder.backbone.network.Transformer}).
 *
 * <p>Start at {@link io.maskflow.experiments.reference.EagerTransformer}. Nothing that decodes or trains uses it.
 */
package io.maskflow.experiments.reference;
