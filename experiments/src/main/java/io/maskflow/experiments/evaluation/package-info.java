/**
 * Problems × decoders × budgets × seeds on any base model: {@link io.maskflow.experiments.evaluation.EvaluateRun} is the
 * command, {@link io.maskflow.experiments.evaluation.answers.Evaluator} decodes and grades one cell of that table. The
 * table of the paper (XF Table 1) is a configuration, not code.
 */
package io.maskflow.experiments.evaluation;
