/**
 * How good was this program? Start at {@link io.maskflow.reward.TaskReward} for the numbers and at
 * {@link io.maskflow.reward.sandbox.Grader} for the verdicts behind them; {@link io.maskflow.reward.GradeFile} grades a file.
 *
 * <p>No tensors and no decoding live here: rewards are made of verdicts; what final
 * decoding progress adds (XF Eq. 18) is in {@code policy.grpo.GroupAdvantage}.
 */
package io.maskflow.reward;
