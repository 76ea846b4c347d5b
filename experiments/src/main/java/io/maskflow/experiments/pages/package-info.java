/**
 * The pages people look at: {@code report.html} of runs and the replay of decodings. Each is one file that needs no
 * network: the plotting library (Apache ECharts, from its packaged jar), styles, scripts and figures are inside it.
 *
 * <p>Start at {@link io.maskflow.experiments.pages.Report} and {@link io.maskflow.experiments.pages.Replay}; both are put
 * together by {@link io.maskflow.experiments.pages.Page}. What each picture shows stands in {@code docs/PAGES.md}. Texts
 * of runs (prompts, answers, names) are data: they are escaped in markup and set as text by the scripts.
 *
 * <p>What never belongs here: files of the run folder (package {@code report}), and how a figure comes about; the one
 * exception is {@link io.maskflow.experiments.pages.PolicySurface}, which asks a policy.
 */
package io.maskflow.experiments.pages;
