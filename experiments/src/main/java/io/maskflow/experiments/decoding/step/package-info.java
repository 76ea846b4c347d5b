/**
 * Who chooses the step fractions of a flow, as a settings file writes it ({@link io.maskflow.experiments.decoding.step.StepSizeChoice}),
 * and the object that does ({@link io.maskflow.experiments.decoding.step.StepSizes}).
 */
package io.maskflow.experiments.decoding.step;
