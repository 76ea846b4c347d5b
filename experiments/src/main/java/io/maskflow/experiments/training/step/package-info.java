/**
 * One step of the GRPO run (XF §4.2): roll out, score, compare within the group, update.
 *
 * <p>Start at {@link io.maskflow.experiments.training.step.GrpoTraining}. A group travels as
 * {@link io.maskflow.experiments.training.settings.Slice}s, which any worker can decode and grade;
 * {@link io.maskflow.experiments.training.step.Round} brings them together again in prompt order.
 */
package io.maskflow.experiments.training.step;
