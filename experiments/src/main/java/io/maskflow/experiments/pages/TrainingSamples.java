package io.maskflow.experiments.pages;

import io.maskflow.experiments.metrics.SampleLog.Sample;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Answers of the training, step by step: what the policy's draws looked like while it learned. */
final class TrainingSamples {

    private TrainingSamples() {}

    /** The markup; empty if the run has none. */
    static String of(RunView run) {
        StringBuilder html = new StringBuilder();
        List<Long> steps =
                run.samples().stream().map(Sample::step).distinct().sorted().toList();
        for (long step : steps) {
            List<Sample> here =
                    run.samples().stream().filter(s -> s.step() == step).toList();
            html.append("<details class=\"problem\"><summary><b>").append(Page.escape(run.name()));
            html.append(", step ").append(step).append("</b></summary>\n<div class=\"answers\">\n");
            html.append(here.stream().map(TrainingSamples::answer).collect(Collectors.joining()));
            html.append("</div></details>\n");
        }
        return html.toString();
    }

    private static String answer(Sample sample) {
        String kind = sample.verdict().equals("passed") ? "good" : sample.reward() == null ? "none" : "bad";
        String reward = sample.reward() == null ? "" : String.format(Locale.ROOT, ", reward %.3g", sample.reward());
        return "<figure class=\"answer\" data-kind=\"" + kind + "\"><figcaption>" + Page.escape(sample.id())
                + " <span class=\"verdict " + kind + "\">"
                + Page.escape(sample.verdict().replace('_', ' ')) + reward
                + "</span><small>" + sample.nfe() + " of " + sample.steps() + " model calls</small></figcaption><pre>"
                + Page.escape(sample.text()) + "</pre></figure>\n";
    }
}
