/**
 * Trains backbones on the built-in world: {@code pretrain} and {@code align}, put together from corpus, tokenizer,
 * decoder and the training loops of the alignment module.
 *
 * <p>Start at {@link io.maskflow.experiments.finetuning.PretrainRun} and
 * {@link io.maskflow.experiments.finetuning.AlignRun}. Losses and loops live in {@code io.maskflow.alignment}.
 */
package io.maskflow.experiments.finetuning;
