/**
 * The GRPO run: {@link io.maskflow.experiments.training.TrainRun} puts together what it needs and writes the run folder,
 * {@link io.maskflow.experiments.training.TrainingLoop} goes from step to step, with validation, checkpoints and rules to
 * end it.
 *
 * <p>Below: {@code settings} (every setting), {@code step} (what one step does), {@code start} (what a policy starts from),
 * {@code filter} (solvable problems), {@code forecast} (what it will cost).
 *
 * <p>XF §4.2 and §5.2. Never here: how a step is decoded, how a gradient is taken, how a program is graded.
 */
package io.maskflow.experiments.training;
