/**
 * Where problems come from and how they become prompts: {@link io.maskflow.experiments.problems.ProblemSource} reads a
 * file or the built-in world, {@link io.maskflow.experiments.problems.PromptEncoder} turns a problem into token ids and an
 * answer into a program. Grading belongs to module {@code reward}.
 */
package io.maskflow.experiments.problems;
