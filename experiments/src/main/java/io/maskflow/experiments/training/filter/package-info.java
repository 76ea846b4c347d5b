/**
 * The problems that a base model can solve (XF §5.2), as a command ({@link io.maskflow.experiments.training.filter.FilterRun}) and as the
 * first phase of {@code train} ({@link io.maskflow.experiments.training.filter.SolvablePhase}).
 */
package io.maskflow.experiments.training.filter;
