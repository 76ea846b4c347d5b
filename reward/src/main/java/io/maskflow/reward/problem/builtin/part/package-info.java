/**
 * The vocabulary of the built-in world: conditions, mappings and reductions, each with its words, its Python and its meaning.
 */
package io.maskflow.reward.problem.builtin.part;
