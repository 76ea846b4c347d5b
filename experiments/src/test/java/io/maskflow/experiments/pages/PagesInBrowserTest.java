package io.maskflow.experiments.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both pages in a real browser. Skipped, by name, where there is none. */
@Tag("browser")
class PagesInBrowserTest {

    @TempDir
    static Path folder;

    private static Browser browser;
    private static Path report;
    private static Path replay;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        Optional<Path> program = Browser.installed();
        Assumptions.assumeTrue(
                program.isPresent(), "PAGES NOT TRIED IN A BROWSER: no chromium or google-chrome on this machine");
        report = folder.resolve("report.html");
        Report.of(List.of(SamplePages.run(folder.resolve("first")), SamplePages.run(folder.resolve("second"))))
                .write(report);
        replay = folder.resolve("replay.html");
        Replay.write(
                replay,
                "a replay",
                List.of(SamplePages.flow("sample 1", 64), SamplePages.flow("sample 2", 12), SamplePages.discrete("d")));
        browser = new Browser(program.get(), folder.resolve("profile"));
    }

    @AfterAll
    static void close() throws InterruptedException {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void aScreen() {
        browser.size(1200, 900);
        browser.prefers("light");
    }

    private static void openedInPeace(Path page) {
        browser.open(page);
        browser.value("localStorage.clear()");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.value("window.hacked === undefined").booleanValue()).isTrue();
        assertThat(browser.value("performance.getEntriesByType('resource').length")
                        .intValue())
                .isZero();
    }

    private static long drawn() {
        return browser.value("[...document.querySelectorAll('canvas')].filter(c => c.getContext('2d')"
                        + ".getImageData(0, 0, c.width, c.height).data.some(v => v !== 0)).length")
                .longValue();
    }

    /** The whole report in view, every group open, every chart drawn. */
    private static void everythingSeen() {
        browser.size(1200, 12_000);
        openedInPeace(report);
        browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
        browser.until("[...document.querySelectorAll('.plot')].every(place => page.of(place) !== undefined)");
    }

    private static String option(String chart) {
        return "page.of(document.querySelector('" + chart + "')).getOption()";
    }

    /** A chart by a metric that is drawn in it. */
    private static String panel(String metric) {
        int number = browser.value("page.data.panels.findIndex(panel => panel.metrics.includes('" + metric + "'))")
                .intValue();
        assertThat(number).as(metric).isNotNegative();
        return "[data-panel=\"" + number + "\"]";
    }

    private static void set(String id, String value) {
        browser.value("(() => { const e = document.getElementById('" + id + "'); e.value = '" + value
                + "'; e.dispatchEvent(new Event('input')); e.dispatchEvent(new Event('change')); })()");
    }

    @Test
    void everyChartOfTheReportIsDrawnOnceItIsSeen() throws IOException {
        openedInPeace(report);
        browser.until("page.of(document.querySelector('[data-frontier]')) !== undefined");
        long charts = browser.value("document.querySelectorAll('.plot').length").longValue();
        // 2 costs, 2 differences, 4 surfaces, 4 panels of curves (omega_a, omega_b, step_time do not change), feedback
        assertThat(charts).isEqualTo(13);
        assertThat(drawn()).isLessThan(charts);
        everythingSeen();
        browser.until("document.querySelectorAll('canvas').length === " + charts);
        assertThat(drawn()).isEqualTo(charts);
        assertThat(Files.size(report)).isLessThan(1_000_000);
        assertThat(browser.value(option("[data-frontier]") + ".xAxis[0].type").asText())
                .isEqualTo("log");
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.value("performance.getEntriesByType('resource').length")
                        .intValue())
                .isZero();
    }

    @Test
    void thePageBeginsWithTheVerdictAndWhatWasRun() {
        openedInPeace(report);
        assertThat(browser.text(".sentence"))
                .startsWith("first: learned against the best hand-made decoder at equal model calls: ")
                .contains("+25.0 points", "over rule & <more> at budget 1/4");
        assertThat(browser.value("[...document.querySelectorAll('#facts tr')].slice(1, 8)"
                                + ".map(row => row.cells[0].textContent + '=' + row.cells[1].textContent).join('; ')")
                        .asText())
                .isEqualTo(
                        "status=finished; started=2026-01-02 03:04:05 UTC; duration=1:02:03 h; base model=builtin/aligned;"
                                + " seed=7; steps=60 of 60; answers per decoder=12");
        String above = "document.querySelector('.sentence').compareDocumentPosition(document.querySelector('nav')) & 4";
        assertThat(browser.value(above).intValue()).isEqualTo(4);
    }

    @Test
    void everyLinkOfTheContentsLeadsSomewhereAndAGroupOpensWhenItIsAskedFor() {
        openedInPeace(report);
        assertThat(browser.value(
                                "[...document.querySelectorAll('nav a')].map(a => document.getElementById(a.hash.slice(1))"
                                        + "?.textContent).join(', ')")
                        .asText())
                .isEqualTo(
                        "Equal calls, Accuracy against cost, Differences, Between runs, Training, What the policy does, Example answers,"
                                + " Settings");
        String open = "document.getElementById('fine-tuning').closest('details').open";
        assertThat(browser.value(open).booleanValue()).isFalse();
        browser.value("location.hash = '#fine-tuning'");
        browser.until(open);
    }

    @Test
    void aMetricSaysWhatItMeansAndOneThatNeverChangesIsARowOfATable() {
        openedInPeace(report);
        String title = "[...document.querySelectorAll('abbr')].find(a => a.textContent === '%s').title";
        assertThat(browser.value(title.formatted("reward")).asText()).startsWith("mean of task reward + λ");
        assertThat(browser.value(title.formatted("mse_masked")).asText()).startsWith("Eq. 12 at masked");
        assertThat(browser.value(title.formatted("validation/1/4")).asText())
                .startsWith("share of the validation problems solved");
        String still = "[...document.getElementById('unchanging').closest('details').querySelectorAll('tr')].slice(1)"
                + ".map(row => [...row.cells].slice(0, 3).map(cell => cell.textContent).join(' ')).sort().join(', ')";
        assertThat(browser.value(still).asText()).isEqualTo("omega_a 5 5, omega_b -1 -1, step_time 60 60");
    }

    @Test
    void metricsAreFoundByAPartOfTheirName() {
        openedInPeace(report);
        set("metric", "MSE_un");
        assertThat(browser.value("[...document.querySelectorAll('[data-metrics]')].filter(one => !one.hidden).length")
                        .intValue())
                .isOne();
        assertThat(browser.value(
                                "[...document.querySelectorAll('details.group')].filter(one => !one.hidden && one.open)"
                                        + ".map(one => one.querySelector('summary').id).join(' ')")
                        .asText())
                .isEqualTo("fine-tuning");
    }

    @Test
    void curvesAreSmoothedLogarithmicAndAlongTimeAsAsked() {
        everythingSeen();
        String reward = panel("reward");
        String rough = "((data) => data.slice(1).reduce((sum, p, i) => sum + Math.abs(p[1] - data[i][1]), 0))("
                + option(reward) + ".series[0].data)";
        set("smoothing", "0");
        browser.until(option(reward) + ".series.length === 2");
        double raw = browser.value(rough).doubleValue();
        set("smoothing", "30");
        browser.until(option(reward) + ".series.length === 4"); // pale behind each the steps themselves
        assertThat(browser.value(rough).doubleValue()).isLessThan(raw / 4);
        browser.value("document.getElementById('log').click()");
        browser.until(option(reward) + ".yAxis[0].type === 'log'");
        set("along", "elapsed");
        browser.until(option(reward) + ".xAxis[0].name === 'minutes'");
        assertThat(browser.value(option(reward) + ".series[0].data[59][0]").doubleValue())
                .isEqualTo(60);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void validationStandsBesideWhatDecodersMadeByHandReach() {
        everythingSeen();
        assertThat(browser.value(option(panel("validation/1/4"))
                                + ".series[0].markLine.data.map(one => one.name + ': ' + one.yAxis).sort().join('; ')")
                        .asText())
                .isEqualTo("mask at 1/4, n 12: 0.25; mask at 1/8, n 12: 0.25;"
                        + " rule & <more> at 1/4, n 12: 0.5; rule & <more> at 1/8, n 12: 0.5");
        assertThat(browser.value(option("[data-frontier]") + ".legend[0].data[0]")
                        .asText())
                .isEqualTo("first: learned, n 12");
    }

    @Test
    void everyChartCanBeSavedAsAPictureAndAsATable() throws IOException {
        Path saved = Files.createDirectories(folder.resolve("saved"));
        browser.saveInto(saved);
        everythingSeen();
        assertThat(browser.value("document.querySelectorAll('figcaption button').length")
                        .intValue())
                .isEqualTo(2 * 13);
        String button =
                "document.querySelector('%s').closest('figure').querySelectorAll('figcaption button')[%d].click()";
        browser.value(button.formatted(panel("reward"), 1));
        List<String> lines = Files.readAllLines(arrived(saved.resolve("reward.csv")));
        assertThat(lines).hasSize(121).startsWith("run,metric,step,value", "first,reward,1,0.48815");
        assertThat(lines.get(120)).startsWith("second,reward,60,");
        browser.value(button.formatted("[data-forest]", 1));
        assertThat(Files.readString(arrived(saved.resolve("first-differences-to-the-reference.csv"))))
                .startsWith("decoder,budget,difference,low,high,n,won,lost,p,p_holm\nmask,1/4,-50,")
                .contains("\nrule & <more>,1/8,-25,");
        browser.value(button.formatted("[data-surface]", 0));
        assertThat(Files.readAllBytes(arrived(saved.resolve("first-budget-1-4.png"))))
                .startsWith(0x89, 'P', 'N', 'G');
        assertThat(browser.complaints()).isEmpty();
    }

    private static Path arrived(Path file) {
        assertThat(file).satisfies(path -> {
            for (int i = 0; i < 600 && !(Files.exists(path) && Files.size(path) > 0); i++) {
                Thread.sleep(50);
            }
            assertThat(path).isNotEmptyFile();
        });
        return file;
    }

    @Test
    void aNameHidesAllLinesOfItsRun() {
        everythingSeen();
        String chart = panel("mse_masked");
        assertThat(browser.value(option(chart) + ".legend[0].data.join(' ')").asText())
                .isEqualTo("first second");
        assertThat(browser.value(option(chart) + ".series.filter(one => !one.silent).map(one => one.name).join(' ')")
                        .asText())
                .isEqualTo("first second first second");
        String visible = "page.of(document.querySelector('" + chart + "')).getModel().getSeries()"
                + ".filter(one => one.name === 'first' && one.ecModel.getComponent('legend').isSelected(one.name)).length";
        assertThat(browser.value(visible).intValue()).isGreaterThan(1);
        browser.value("page.of(document.querySelector('" + chart
                + "')).dispatchAction({ type: 'legendToggleSelect', name: 'first' })");
        assertThat(browser.value(visible).intValue()).isZero();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theReferenceOfTheDifferencesCanBeChosen() {
        everythingSeen();
        String row = option("[data-forest]") + ".series[0].data[0].row";
        // learned is the reference; mask solves 3 of 12 where learned solves 9
        assertThat(browser.value(row + ".decoder").asText()).isEqualTo("mask");
        assertThat(browser.value(row + ".difference").doubleValue()).isEqualTo(-50);
        browser.value("(() => { const s = document.querySelector('[data-reference]'); s.value = 'mask';"
                + " s.dispatchEvent(new Event('change')); })()");
        browser.until(row + ".decoder === 'learned'");
        assertThat(browser.value(row + ".difference").doubleValue()).isEqualTo(50);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void thePolicyCanBeSeenAtEveryStepAndProblemsBeFound() {
        openedInPeace(report);
        assertThat(browser.text("#when")).isEqualTo("1/4: 1 of 12, 1/8: 1 of 6");
        browser.value("(() => { const m = document.getElementById('moment'); m.value = 4;"
                + " m.dispatchEvent(new Event('input')); })()");
        assertThat(browser.text("#when")).isEqualTo("1/4: 12 of 12, 1/8: 6 of 6");
        String shown = "[...document.querySelectorAll('.problem')].filter(p => !p.hidden).length";
        assertThat(browser.value(shown).intValue()).isGreaterThan(4);
        browser.value("(() => { const f = document.getElementById('find'); f.value = 'no such words';"
                + " f.dispatchEvent(new Event('input')); })()");
        assertThat(browser.value(shown).intValue()).isZero();
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void lightAndDarkFollowTheSystemAndTheButton() {
        String paper = "getComputedStyle(document.body).backgroundColor";
        for (Path page : List.of(report, replay)) {
            browser.prefers("light");
            openedInPeace(page);
            String light = browser.value(paper).asText();
            browser.prefers("dark");
            String dark = browser.value(paper).asText();
            assertThat(dark).isNotEqualTo(light);
            browser.click("#theme", 5, 5);
            assertThat(browser.value(paper).asText()).isEqualTo(light);
            browser.click("#theme", 5, 5);
            assertThat(browser.value(paper).asText()).isEqualTo(dark);
            assertThat(browser.complaints()).isEmpty();
            browser.value("localStorage.clear()");
        }
    }

    @Test
    void aPhoneNeedsNoSidewaysScrollingAndATableSaysWhereItGoesOn() {
        browser.size(360, 740);
        for (Path page : List.of(report, replay)) {
            openedInPeace(page);
            browser.value("document.querySelectorAll('details').forEach(d => { d.open = true; })");
            assertThat(browser.value("document.documentElement.scrollWidth").intValue())
                    .as(page.getFileName().toString())
                    .isLessThanOrEqualTo(360);
        }
        openedInPeace(report);
        browser.until("document.querySelectorAll('.scroll.wide').length > 2");
        assertThat(browser.value("getComputedStyle(document.querySelector('.scroll.wide td')).position")
                        .asText())
                .isEqualTo("sticky");
        assertThat(browser.value("getComputedStyle(document.querySelector('.scroll.wide'), '::before').content")
                        .asText())
                .contains("more at the right");
    }

    @Test
    void twoDecodingsStandSideBySideAndThoseOfAnotherPageBesideThem() {
        openedInPeace(replay);
        assertThat(browser.value("document.querySelectorAll('#panes > section').length")
                        .intValue())
                .isOne();
        set("beside", "1");
        String shown =
                "[...document.querySelectorAll('#panes > section')].map(pane => pane.querySelector('.label').textContent"
                        + " + ' ' + pane.querySelectorAll('.text span').length).join(', ')";
        assertThat(browser.value(shown).asText()).isEqualTo("sample 1 64, sample 2 12");
        String columns = "new Set([...document.querySelectorAll('#panes > section')]"
                + ".map(pane => pane.getBoundingClientRect().top)).size";
        assertThat(browser.value(columns).intValue()).isOne();
        browser.key("Home");
        String committed = "[...document.querySelectorAll('.rows')].map(rows => [...rows.rows]"
                + ".findIndex(row => row.className === 'now')).join(' ')";
        assertThat(browser.value(committed).asText()).isEqualTo("0 0");
        browser.key("End"); // the shorter one waits at its last step
        assertThat(browser.value(committed).asText()).isEqualTo("63 11");
        browser.value("(() => { const t = new DataTransfer(), more = document.getElementById('more');"
                + " t.items.add(new File([document.documentElement.outerHTML], 'other.html'));"
                + " more.files = t.files; more.dispatchEvent(new Event('change')); })()");
        browser.until("document.getElementById('beside').options.length === 7");
        assertThat(browser.value(shown).asText()).isEqualTo("sample 1 64, other.html, sample 1 64");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void keysGoThroughStepsAndTokens() throws InterruptedException {
        openedInPeace(replay);
        browser.until("page.of(document.querySelector('.path')) !== undefined");
        assertThat(drawn()).isEqualTo(2);
        assertThat(browser.text("#where")).isEqualTo("step 64 of 64");
        browser.key("ArrowLeft");
        assertThat(browser.text("#where")).isEqualTo("step 63 of 64");
        browser.key("Home");
        assertThat(browser.text("#where")).isEqualTo("step 1 of 64");
        browser.key("ArrowRight");
        browser.key("ArrowRight");
        assertThat(browser.text("#where")).isEqualTo("step 3 of 64");
        int token = Integer.parseInt(browser.text(".which").split(" ")[0]);
        browser.key("ArrowUp");
        assertThat(browser.text(".which")).startsWith(token - 1 + " ");
        browser.key("ArrowDown");
        assertThat(browser.text(".which")).startsWith(token + " ");
        browser.key(" ");
        assertThat(browser.text("#play")).isEqualTo("stop");
        for (int i = 0; i < 100 && browser.text("#where").equals("step 3 of 64"); i++) {
            Thread.sleep(50);
        }
        assertThat(browser.text("#where")).isNotEqualTo("step 3 of 64");
        browser.key(" ");
        assertThat(browser.text("#play")).isEqualTo("play");
        assertThat(browser.complaints()).isEmpty();
    }

    /** The picture has 74 pixels of labels at the left, 18 of step numbers on top, and rows of 15. */
    @Test
    void theMouseReadsAndChoosesCells() {
        openedInPeace(replay);
        browser.point(".grid", 74 + 3, 18 + 15 * 5 + 7);
        assertThat(browser.text(".detail")).startsWith("step 1, position 5: ");
        browser.click(".grid", 74 + 3, 18 + 15 * 2 + 7);
        assertThat(browser.text(".which")).startsWith("2 ");
        assertThat(browser.text("#where")).isEqualTo("step 1 of 64");
        browser.click("#on", 5, 5);
        assertThat(browser.text("#where")).isEqualTo("step 2 of 64");
        browser.click("#step", 2, 8);
        assertThat(browser.text("#where")).isEqualTo("step 1 of 64");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void tokensAreFilteredByWhatHappenedToThem() {
        openedInPeace(replay);
        assertThat(browser.text(".count")).isEmpty();
        browser.value("(() => { const f = document.getElementById('filter'); f.value = 'again';"
                + " f.dispatchEvent(new Event('input')); })()");
        int again = browser.value("page.data.decodings[0].steps.reduce((all, s) => { s.again.forEach(i => all.add(i));"
                        + " return all; }, new Set()).size")
                .intValue();
        assertThat(again).isBetween(1, 63);
        assertThat(browser.text(".count")).isEqualTo(again + " of 64 tokens");
        assertThat(browser.value("document.querySelectorAll('.text .dim').length")
                        .intValue())
                .isEqualTo(64 - again);
        for (String shade : List.of("confidence", "fraction", "t")) {
            browser.value("(() => { const s = document.getElementById('shade'); s.value = '" + shade
                    + "'; s.dispatchEvent(new Event('input')); })()");
        }
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void anotherDecodingCanBeChosenAndSaysItsVerdict() {
        openedInPeace(replay);
        assertThat(browser.text(".verdict")).isEqualTo("failed");
        assertThat(browser.text(".tests")).isEqualTo("tests: passed, failed; 4 != 5");
        assertThat(browser.text(".prompt")).endsWith(SamplePages.HOSTILE);
        browser.value("(() => { const d = document.getElementById('decoding'); d.value = '2';"
                + " d.dispatchEvent(new Event('change')); })()");
        assertThat(browser.text("#where")).isEqualTo("step 2 of 2");
        assertThat(browser.text(".verdict")).isEmpty();
        assertThat(browser.value("document.querySelector('.text .again').textContent")
                        .asText())
                .isEqualTo("▒");
        assertThat(browser.complaints()).isEmpty();
    }
}
