/**
 * Decoding as an x-prediction flow in the input embedding space (XF §3).
 *
 * <p>Start at {@link io.maskflow.decoder.flow.FlowDecoder}; {@link io.maskflow.decoder.flow.FlowSettings} has every
 * switch. One class per equation: {@link io.maskflow.decoder.flow.FlowState} (3),
 * {@link io.maskflow.decoder.flow.CleanStatePrediction} (4, 9), {@link io.maskflow.decoder.flow.FlowStep} (5 to 8),
 * {@link io.maskflow.decoder.flow.ReEdit} (10), {@link io.maskflow.decoder.flow.HardCommitment} (§3.4). The same step
 * written as the paper writes it, in plain doubles, is {@code ReferenceFlow} among the tests, which hold the two against
 * each other.
 *
 * <p>How far a token moves is asked from a {@link io.maskflow.decoder.flow.StepSizePolicy}; the learned one lives in
 * module {@code policy}. Never here: how a policy is learned.
 */
package io.maskflow.decoder.flow;
