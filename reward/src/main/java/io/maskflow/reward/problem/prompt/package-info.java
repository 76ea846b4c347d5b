/**
 * How a problem is put to a model: templates, chat turns, the worked examples of MBPP.
 *
 * <p>Start at {@link io.maskflow.reward.problem.prompt.PromptTemplate}.
 */
package io.maskflow.reward.problem.prompt;
