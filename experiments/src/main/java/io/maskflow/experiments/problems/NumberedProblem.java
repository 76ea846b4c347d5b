package io.maskflow.experiments.problems;

import io.maskflow.reward.problem.Problem;
import java.io.Serializable;

/**
 * A problem with its place in its source: the number that its random draws depend on.
 *
 * @param number 0-based place in the source
 * @param problem text, tests
 * @param promptIds token ids of its prompt
 */
public record NumberedProblem(int number, Problem problem, int[] promptIds) implements Serializable {}
