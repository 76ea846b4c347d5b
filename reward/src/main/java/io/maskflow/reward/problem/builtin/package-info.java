/**
 * The built-in world: small Python problems in MBPP format, made from nothing but a seed.
 *
 * <p>A problem is a composition of a few parts, such as <em>filter, map, reduce</em> over a list, and is asked in plain
 * words, answered by a short program in one of several valid styles, and checked by three asserts. Start at {@link
 * io.maskflow.reward.problem.builtin.BuiltinProblems} for graded problems and at {@link
 * io.maskflow.reward.problem.builtin.BuiltinCorpus} for the unbounded stream of training pairs. {@link
 * io.maskflow.reward.problem.builtin.BuiltinWorld} decides which compositions exist and which split each belongs to: the
 * stream draws from training compositions only, so that no validation or test composition is seen in any training phase.
 *
 * <p>What the design wants: a small model that answers nearly everything when it may decode one token at a time, and
 * loses most of it when it must decode four at once. The second comes from the entropy of style and naming: positions
 * that each look certain to be <em>some</em> valid program do not agree on <em>which</em>. Constants are disjoint by role
 * (3, 5, 7 in conditions; 2, 4, 6 in mappings), because a model of this size otherwise swaps them.
 *
 * <p>Nothing here runs Python. Expected values come from evaluating the composition in Java, so that running the
 * reference program is an independent second road to the same value. What never belongs here: tokens, tensors, graders.
 */
package io.maskflow.reward.problem.builtin;
