package io.maskflow.experiments.pages;

import io.maskflow.experiments.curves.CallCurve;
import io.maskflow.experiments.metrics.SampleLog.Sample;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.reward.problem.Problem;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A few problems with every decoder's answer and its verdict: first those that the decoders disagree about, then one that
 * none and one that all solve. All at one budget (the first at which most decoders ran) and of one seed, the first.
 */
final class ExampleAnswers {

    private static final int DISAGREED = 5;
    private static final int AGREED = 2;
    private static final int LONGEST = 1500;

    private ExampleAnswers() {}

    /** The markup; empty if the run has no answers. */
    static String of(RunView run) {
        List<Result> shown = shown(run);
        String budget = budget(shown);
        Map<String, Map<String, Result>> byProblem = new LinkedHashMap<>();
        for (Result answer : shown) {
            if (answer.budget().equals(budget)) {
                byProblem
                        .computeIfAbsent(answer.id(), id -> new LinkedHashMap<>())
                        .putIfAbsent(answer.decoder(), answer);
            }
        }
        StringBuilder html = new StringBuilder();
        List<List<Result>> chosen = chosen(byProblem);
        if (!chosen.isEmpty()) {
            html.append("<p class=\"about\">").append(Page.escape(run.name())).append(", budget ");
            html.append(Page.escape(budget)).append(", ").append(chosen.size()).append(" of ");
            html.append(byProblem.size()).append(" problems</p>\n");
            chosen.forEach(answers -> html.append(problem(run, answers)));
        }
        return html.toString();
    }

    /** Of a decoder with a dial those of one value: the one whose calls are nearest to those of the middle of all curves. */
    private static List<Result> shown(RunView run) {
        double[] calls = run.summary().curves().stream()
                .flatMap(curve -> curve.points().stream())
                .mapToDouble(CallCurve.Point::nfeMean)
                .sorted()
                .toArray();
        Map<String, Double> dials = new LinkedHashMap<>();
        for (CallCurve curve : run.summary().curves()) {
            curve.points().stream()
                    .min(Comparator.comparingDouble(p -> Math.abs(p.nfeMean() - calls[calls.length / 2])))
                    .ifPresent(p -> dials.put(curve.decoder() + "@" + curve.budget(), p.dial()));
        }
        return run.answers().stream()
                .filter(a -> a.dial() == null || a.dial().equals(dials.get(a.decoder() + "@" + a.budget())))
                .toList();
    }

    private static String budget(List<Result> answers) {
        Map<String, List<String>> decoders = new LinkedHashMap<>();
        for (Result answer : answers) {
            List<String> seen = decoders.computeIfAbsent(answer.budget(), budget -> new ArrayList<>());
            if (!seen.contains(answer.decoder())) {
                seen.add(answer.decoder());
            }
        }
        String best = "";
        for (Map.Entry<String, List<String>> entry : decoders.entrySet()) {
            if (best.isEmpty() || entry.getValue().size() > decoders.get(best).size()) {
                best = entry.getKey();
            }
        }
        return best;
    }

    private static List<List<Result>> chosen(Map<String, Map<String, Result>> byProblem) {
        List<List<Result>> disagreed = new ArrayList<>();
        List<List<Result>> none = new ArrayList<>();
        List<List<Result>> all = new ArrayList<>();
        for (Map<String, Result> byDecoder : byProblem.values()) {
            List<Result> answers = List.copyOf(byDecoder.values());
            long passed = answers.stream().filter(Result::passed).count();
            List<List<Result>> kind = passed == 0 ? none : passed == answers.size() ? all : disagreed;
            if (kind.size() < (kind == disagreed ? DISAGREED : AGREED)) {
                kind.add(answers);
            }
        }
        List<List<Result>> chosen = new ArrayList<>(disagreed);
        chosen.addAll(none);
        chosen.addAll(all);
        return chosen;
    }

    private static String problem(RunView run, List<Result> answers) {
        String id = answers.get(0).id();
        Problem problem = run.problems().get(id);
        long passed = answers.stream().filter(Result::passed).count();
        String task = problem == null ? "" : problem.text().strip();
        StringBuilder html = new StringBuilder("<details class=\"problem\" data-find=\"");
        html.append(Page.escape((id + " " + task).toLowerCase(Locale.ROOT)))
                .append("\"><summary><b>")
                .append(Page.escape(id))
                .append("</b> ")
                .append(Page.escape(task.lines().findFirst().orElse("")))
                .append(" <span class=\"tally\">")
                .append(passed)
                .append(" of ")
                .append(answers.size())
                .append(" decoders</span></summary>\n");
        if (problem != null) {
            String shown = String.join("\n", problem.visibleTests());
            html.append("<pre class=\"task\">")
                    .append(Page.escape(cut(task + (shown.isEmpty() ? "" : "\n\n" + shown))))
                    .append("</pre>\n");
        }
        html.append("<div class=\"answers\">\n");
        answers.forEach(answer -> html.append(answer(answer)));
        return html.append("</div></details>\n").toString();
    }

    private static String answer(Result answer) {
        String kind = answer.passed() ? "good" : answer.judged() ? "bad" : "none";
        String rate = answer.passed() || answer.passRate() == null
                ? ""
                : String.format(Locale.ROOT, ", %.0f %% of the tests", 100 * answer.passRate());
        return answer(kind, answer.label(), answer.verdict() + rate, answer.nfe() + " model calls", answer.text());
    }

    /** Answers of the training, step by step; empty if the run has none. */
    static String samples(RunView run) {
        Map<Long, List<Sample>> steps =
                run.samples().stream().collect(Collectors.groupingBy(Sample::step, TreeMap::new, Collectors.toList()));
        StringBuilder html = new StringBuilder();
        steps.forEach((step, samples) -> {
            html.append("<details class=\"problem\" data-find=\"step ")
                    .append(step)
                    .append("\"><summary><b>");
            html.append(Page.escape(run.name())).append(", step ").append(step).append("</b></summary>\n");
            html.append("<div class=\"answers\">\n");
            samples.forEach(sample -> html.append(answer(
                    sample.verdict().equals("passed") ? "good" : sample.reward() == null ? "none" : "bad",
                    sample.id(),
                    sample.verdict()
                            + (sample.reward() == null
                                    ? ""
                                    : String.format(Locale.ROOT, ", reward %.3g", sample.reward())),
                    sample.nfe() + " of " + sample.steps() + " model calls",
                    sample.text())));
            html.append("</div></details>\n");
        });
        return html.toString();
    }

    private static String answer(String kind, String of, String verdict, String calls, String text) {
        return "<figure class=\"answer\" data-kind=\"" + kind + "\"><figcaption>" + Page.escape(of)
                + " <span class=\"verdict " + kind + "\">" + Page.escape(verdict.replace('_', ' ')) + "</span><small>"
                + calls + "</small></figcaption><pre>" + Page.escape(cut(text)) + "</pre></figure>\n";
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "\n… (cut)";
    }
}
