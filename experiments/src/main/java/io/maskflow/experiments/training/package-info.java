/**
 * The GRPO run: {@link io.maskflow.experiments.training.GrpoTraining} is the loop (roll out, score, compare within the
 * group, update, report), {@link io.maskflow.experiments.training.TrainRun} puts together what it needs and writes the run
 * folder, {@link io.maskflow.experiments.training.TrainConfig} is every setting. What a
 * policy starts from: {@link io.maskflow.experiments.training.WarmStart}, {@link io.maskflow.experiments.training.Imitation},
 * {@link io.maskflow.experiments.training.LearnedConfidence}; the latter two learn from {@link
 * io.maskflow.experiments.training.Demonstrations}.
 *
 * <p>XF §4.2 and §5.2. Never here: how a step is decoded, how a gradient is taken, how a program is graded.
 */
package io.maskflow.experiments.training;
