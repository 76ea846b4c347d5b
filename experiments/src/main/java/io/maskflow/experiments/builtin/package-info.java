/**
 * Makes the files of the built-in model again that are not trained: its tokenizer and its {@code config.json}.
 *
 * <p>Start at {@link io.maskflow.experiments.builtin.BuiltinModelFiles}. The weights come from {@code pretrain}; what
 * the model learns from lives in {@code io.maskflow.reward.problem.builtin}.
 */
package io.maskflow.experiments.builtin;
