/**
 * Golden cases of numbers: logits, losses, gradients, statistics, token ids, verdicts.
 */
package io.maskflow.experiments.conformance.numbers;
