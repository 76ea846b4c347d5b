package io.maskflow.experiments.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.metrics.MetricsLog;
import io.maskflow.experiments.report.CurveSummary;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.report.export.CurveExport;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path temporary;

    private RunFolder run(String name) throws IOException {
        RunFolder folder = RunFolder.create(temporary.resolve(name));
        try (MetricsLog log = MetricsLog.open(folder.metrics())) {
            for (int step = 1; step <= 3; step++) {
                log.append(step, Map.of("reward", 0.1 * step, "a<b", 1.0));
            }
        }
        Summary.of(
                        List.of(
                                new Result("1", "flow & <more>", "1/4", 0, 12, 20, 0.1, "passed", 1.0, true, ""),
                                new Result("1", "mask", "1/4", 0, 12, 20, 0.1, "failed", 0.0, false, "")),
                        48)
                .write(folder.summary());
        Files.writeString(folder.config(), "note: \"</pre><script>alert(1)</script>\"\n");
        return folder;
    }

    @Test
    void thePageNeedsNothingFromOutside() throws IOException {
        String page = Report.of(List.of(run("a"))).page();
        assertThat(page)
                .doesNotContainPattern("(src|href)=\"(?!#)")
                .doesNotContain("@import")
                .doesNotContain("fetch(");
        assertThat(page).contains("default-src 'none'").contains("connect-src 'none'");
        assertThat(page).contains("Apache ECharts", "Mike Bostock").contains("prefers-color-scheme");
        assertThat(page.length()).isLessThan(1_000_000);
    }

    @Test
    void textOfARunCannotBecomeMarkup() throws IOException {
        String page = Report.of(List.of(run("a"))).page();
        assertThat(page)
                .doesNotContain("<script>alert")
                .contains("flow &amp; &lt;more&gt;")
                .contains("title=\"\">a&lt;b</abbr>");
    }

    /** Learned and hand-made at 4 calls each: the page begins with their difference, and has a point for every dial. */
    @Test
    void thePageBeginsWithTheLearnedDecoderLessTheBestHandMadeOne() throws IOException {
        RunFolder folder = run("curved");
        List<Result> answers = new ArrayList<>();
        for (int problem = 0; problem < 8; problem++) {
            for (String decoder : List.of("learned", "by hand")) {
                boolean passed = decoder.equals("learned");
                answers.add(new Result(
                        Integer.toString(problem),
                        decoder,
                        "1/1",
                        0.5,
                        0,
                        4,
                        20,
                        0.1,
                        passed ? "passed" : "failed",
                        passed ? 1.0 : 0.0,
                        passed,
                        "",
                        ""));
            }
        }
        CurveSummary curves = new CurveSummary(
                48,
                Map.of("learned", "price", "by hand", "threshold"),
                Map.of(),
                List.of(4.0),
                "learned",
                List.of("by hand"),
                .015);
        Summary.of(answers, 48)
                .withRoles("learned", List.of("by hand"))
                .withCurves(curves.curves(answers), curves.equalCalls(answers, answers))
                .write(folder.summary());
        String page = Report.of(List.of(folder)).page();
        assertThat(page)
                .contains(
                        "<b>learned</b> against the best hand-made decoder at equal model calls: <b>ahead at 4 calls</b>")
                .contains(
                        "<span class=\"verdict good\">+100.0 points</span> (+100.0 to +100.0) over by hand at 4 calls.");
        assertThat(page.indexOf("class=\"sentence\"")).isLessThan(page.indexOf("<nav"));
        assertThat(page.indexOf("<nav")).isLessThan(page.indexOf("data-curve=\"0\""));
        assertThat(page.indexOf("data-curve=\"0\"")).isLessThan(page.indexOf("<h2 id=\"settings\""));
        assertThat(page).contains("\"dial_name\":\"threshold\"").contains("<td>+100.0</td>");
        CurveExport.write(folder);
        assertThat(folder.path().resolve(CurveExport.POINTS))
                .content()
                .contains("by hand,1/1,threshold,0.5,8,0,0,0.0,");
        assertThat(folder.path().resolve(CurveExport.EQUAL)).content().contains("by hand,8,0,1.0,1.0,1.0,0.0078125,");
        assertThat(folder.path().resolve(CurveExport.LATEX))
                .content()
                .contains("4 & by hand & +100.0")
                .contains("learned & price & 100.0");
    }

    @Test
    void severalRunsShareOnePageAndEveryFigureIsInIt() throws IOException {
        String page = Report.of(List.of(run("a"), run("b"))).page();
        Matcher data =
                Pattern.compile("id=\"data\">(.*?)</script>", Pattern.DOTALL).matcher(page);
        assertThat(data.find()).isTrue();
        JsonNode figures = Page.JSON.readTree(data.group(1));
        assertThat(figures.at("/runs/1/name").textValue()).isEqualTo("b");
        assertThat(figures.at("/runs/0/metrics/reward/2").doubleValue()).isEqualTo(0.3);
        assertThat(figures.at("/runs/0/rows/0/decoder").textValue()).isEqualTo("flow & <more>");
        assertThat(figures.at("/runs/0/rows/0/pass_at_1").doubleValue()).isEqualTo(1);
        assertThat(figures.at("/runs/0/rows/0/wilson/low").isNumber()).isTrue();
    }

    @Test
    void runsThatDifferInTheirSeedOnlyAreOneSetting() throws IOException {
        List<RunFolder> runs = new ArrayList<>();
        for (String name : List.of("slow-1", "slow-2", "fast-1", "fast-1b")) {
            RunFolder run = run(name);
            int seed = name.endsWith("2") ? 2 : 1;
            Files.writeString(
                    run.config(),
                    "training: { seed: " + seed + ", rate: " + name.startsWith("slow") + " }\nseed: " + seed);
            runs.add(run);
        }

        String page = Report.of(runs).page();

        assertThat(page)
                .contains("<th></th><th class=\"text\">slow-1</th>")
                .contains("<tr><td>seed</td><td>1</td><td>2</td><td>1</td><td>1</td></tr>")
                .contains("<tr><td>training.rate</td><td>true</td><td>true</td><td>false</td><td>false</td></tr>")
                .doesNotContain("<td>training.seed</td>");
        // The last one has the very seed of the one before it: a repetition, not another seed.
        assertThat(page)
                .contains("<h1>slow, 2 seeds; fast-1; fast-1b</h1>")
                .contains(
                        "\"groups\":[{\"name\":\"slow, 2 seeds\",\"runs\":[0,1]},{\"name\":\"fast-1\",\"runs\":[2]},");
    }

    /** The second run solves problem 2 of 12 with `learned` where the first does not. */
    @Test
    void laterRunsAreComparedWithTheFirstOnTheSameProblems() throws IOException {
        RunFolder first = SamplePages.run(temporary.resolve("first"));
        RunFolder second = SamplePages.run(temporary.resolve("second"));
        String answers = Files.readString(first.results());
        String lost = answers.replaceFirst(
                "(\"id\":\"2\",\"decoder\":\"learned\",\"budget\":\"1/4\".*?)\"passed\":true", "$1\"passed\":false");
        assertThat(lost).isNotEqualTo(answers);
        Files.writeString(first.results(), lost);

        assertThat(Report.of(List.of(first, second)).page())
                .contains("<h2 id=\"between-runs\">")
                .contains("<td>second</td><td class=\"text\">learned</td><td>1/4</td><td>12</td><td>1</td><td>0</td>"
                        + "<td>+8.3</td>")
                .contains("<td>second</td><td class=\"text\">mask</td><td>1/4</td><td>12</td><td>0</td><td>0</td>"
                        + "<td>+0.0</td>");
        assertThat(Report.of(List.of(first)).page()).doesNotContain("between-runs");
    }

    @Test
    void aRunWithoutAnEvaluationSaysSo() throws IOException {
        RunFolder young = RunFolder.create(temporary.resolve("young"));
        Files.writeString(young.config(), "steps: 60\n");
        Files.writeString(young.manifest(), "{\"state\":\"running\"}");
        try (MetricsLog log = MetricsLog.open(young.metrics())) {
            log.append(1, Map.of("validation/score", 0.5));
            log.append(2, Map.of("validation/score", 0.75));
            log.append(3, Map.of("validation/score", 0.75));
        }
        assertThat(Report.of(List.of(young)).page())
                .contains("no verdict: no evaluation yet")
                .contains("<tr><td>status</td><td>running</td></tr>")
                .contains("<tr><td>steps</td><td>3 of 60</td></tr>")
                .contains("<tr><td>best step</td><td>2 (validation/score 0.750)</td></tr>");
    }

    @Test
    void everySeedStandsInTheTable() throws IOException {
        RunFolder folder = run("seeds");
        List<Result> results = new ArrayList<>();
        for (int problem = 1; problem <= 4; problem++) {
            for (int seed = 0; seed < 2; seed++) {
                boolean passed = problem <= 1 + seed;
                results.add(new Result(
                        "p" + problem,
                        "flow",
                        "1/4",
                        seed,
                        12,
                        20,
                        0.1,
                        passed ? "passed" : "failed",
                        0.0,
                        passed,
                        ""));
            }
        }
        Summary.of(results, 48).write(folder.summary());

        assertThat(Report.of(List.of(folder)).page())
                .contains("<th>by seed, sd</th><th>pass@k</th>")
                .contains("<td>25.0 50.0; 17.7</td><td>2: 50.0</td>");
        assertThat(Report.of(List.of(run("one"))).page()).doesNotContain("by seed");
    }

    /** Ten runs of 600 steps with 40 metrics and a policy each. */
    @Test
    void tenLongRunsStayBelowOneAndAHalfMegabytes() throws IOException {
        StringBuilder lines = new StringBuilder();
        for (int step = 1; step <= 600; step++) {
            lines.append("{\"step\":").append(step);
            for (int m = 0; m < 40; m++) {
                lines.append(",\"metric/").append(m).append("\":").append(Math.sin(step + m));
            }
            lines.append("}\n");
        }
        List<RunFolder> runs = new ArrayList<>();
        for (int r = 0; r < 10; r++) {
            RunFolder run = SamplePages.run(temporary.resolve("run-" + r));
            Files.writeString(run.metrics(), lines);
            runs.add(run);
        }
        assertThat(Report.of(runs).page().length()).isLessThan(1_500_000);
    }

    @Test
    void aFolderWithoutARunIsRefused() {
        assertThatThrownBy(() -> Report.of(List.of(new RunFolder(temporary))))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageStartingWith("RUN must be the folder of a run, was " + temporary);
    }
}
