/**
 * Problems and how they are put to a model: {@link io.maskflow.reward.problem.CodingProblem} with tests,
 * {@link io.maskflow.reward.problem.AnswerProblem} with an answer, and the readers of the public data sets. How they become prompts is in {@code prompt}. Nothing here runs a
 * program.
 */
package io.maskflow.reward.problem;
