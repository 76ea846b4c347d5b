/**
 * One cell of an evaluation: {@link io.maskflow.experiments.evaluation.answers.Evaluator} decodes and grades the problems of a decoder at a
 * budget, {@link io.maskflow.experiments.evaluation.answers.KeptAnswers} leaves out what an interrupted run has answered already.
 *
 * <p>Never here: what cells there are, and what their results come to.
 */
package io.maskflow.experiments.evaluation.answers;
