/**
 * Programming problems and how they are put to a model: {@link io.maskflow.reward.problem.CodingProblem} and the readers of the
 * public data sets. Nothing here runs a program.
 */
package io.maskflow.reward.problem;
