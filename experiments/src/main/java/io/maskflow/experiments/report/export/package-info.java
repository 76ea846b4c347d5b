/**
 * Results in the formats of others: CSV, LaTeX, the files of lm-eval and of EvalPlus.
 */
package io.maskflow.experiments.report.export;
