/**
 * Is the answer right? Checks of answers that are no programs: a number, a formula, a Countdown expression. Start at
 * {@link io.maskflow.reward.answer.AnswerCheck}.
 *
 * <p>Each check knows the extraction and equality rules of the published evaluations by name ({@code docs/BENCHMARKS.md}). An
 * answer that cannot be found is {@code error}, a wrong one {@code failed}; nothing a model writes can leave an answer without a
 * verdict. Nothing here runs what a model wrote: expressions are parsed and computed exactly.
 */
package io.maskflow.reward.answer;
