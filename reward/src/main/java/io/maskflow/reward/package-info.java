/**
 * How good was this program? Start at {@link io.maskflow.reward.TokenReward} for the numbers and at
 * {@link io.maskflow.reward.sandbox.Grader} for the verdicts behind them; {@link io.maskflow.reward.GradeFile} grades a file.
 *
 * <p>No tensors and no decoding live here: rewards are made of verdicts and of final decoding progress, XF §4.2 "Reward design".
 */
package io.maskflow.reward;
