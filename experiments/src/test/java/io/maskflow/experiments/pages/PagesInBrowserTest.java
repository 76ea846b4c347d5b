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

    @Test
    void everyChartOfTheReportIsDrawn() throws IOException {
        openedInPeace(report);
        long canvases =
                browser.value("document.querySelectorAll('canvas').length").longValue();
        // 2 costs, 2 differences, 4 surfaces, 7 panels of curves and the feedback weight
        assertThat(canvases).isEqualTo(16);
        assertThat(drawn()).isEqualTo(canvases);
        assertThat(Files.size(report)).isLessThan(1_000_000);
        assertThat(browser.value("Chart.getChart(document.querySelector('[data-frontier]')).scales.x.type")
                        .asText())
                .isEqualTo("logarithmic");
    }

    @Test
    void aNameHidesAllLinesOfItsRun() {
        openedInPeace(report);
        String chart = "[...document.querySelectorAll('[data-panel]')].map(c => Chart.getChart(c))"
                + ".find(c => c.data.datasets.some(set => set.label === 'first: mse_masked'))";
        String shown = "(c => ['first', 'second'].map(name => c.data.datasets"
                + ".filter((set, i) => set.key === name && c.isDatasetVisible(i)).length).join(' '))(" + chart + ")";
        assertThat(browser.value("(" + chart + ").legend.legendItems.map(item => item.text).join(' ')")
                        .asText())
                .isEqualTo("first second");
        assertThat(browser.value(shown).asText()).isEqualTo("2 2");
        browser.value("(c => c.options.plugins.legend.onClick({}, c.legend.legendItems[0], c.legend))(" + chart + ")");
        assertThat(browser.value(shown).asText()).isEqualTo("0 2");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void theReferenceOfTheDifferencesCanBeChosen() {
        openedInPeace(report);
        String rows = "Chart.getChart(document.querySelector('[data-forest]')).data.datasets[0].data";
        // learned is the reference; mask solves 3 of 12 where learned solves 9
        assertThat(browser.value(rows + "[0].y").asText()).isEqualTo("mask @ 1/4");
        assertThat(browser.value(rows + "[0].x").doubleValue()).isEqualTo(-50);
        browser.value("(() => { const s = document.querySelector('[data-reference]'); s.value = 'mask';"
                + " s.dispatchEvent(new Event('change')); })()");
        assertThat(browser.value(rows + "[0].y").asText()).isEqualTo("learned @ 1/4");
        assertThat(browser.value(rows + "[0].x").doubleValue()).isEqualTo(50);
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void thePolicyCanBeSeenAtEveryStepAndProblemsBeFound() {
        openedInPeace(report);
        assertThat(browser.text("when")).isEqualTo("1/4: 1 of 12, 1/8: 1 of 6");
        browser.value("(() => { const m = document.getElementById('moment'); m.value = 4;"
                + " m.dispatchEvent(new Event('input')); })()");
        assertThat(browser.text("when")).isEqualTo("1/4: 12 of 12, 1/8: 6 of 6");
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
            browser.click("theme", 5, 5);
            assertThat(browser.value(paper).asText()).isEqualTo(light);
            browser.click("theme", 5, 5);
            assertThat(browser.value(paper).asText()).isEqualTo(dark);
            assertThat(browser.complaints()).isEmpty();
            browser.value("localStorage.clear()");
        }
    }

    @Test
    void aPhoneNeedsNoSidewaysScrolling() {
        browser.size(360, 740);
        for (Path page : List.of(report, replay)) {
            openedInPeace(page);
            assertThat(browser.value("document.documentElement.scrollWidth").intValue())
                    .as(page.getFileName().toString())
                    .isLessThanOrEqualTo(360);
        }
    }

    @Test
    void keysGoThroughStepsAndTokens() throws InterruptedException {
        openedInPeace(replay);
        assertThat(drawn()).isEqualTo(2);
        assertThat(browser.text("where")).isEqualTo("step 64 of 64");
        browser.key("ArrowLeft");
        assertThat(browser.text("where")).isEqualTo("step 63 of 64");
        browser.key("Home");
        assertThat(browser.text("where")).isEqualTo("step 1 of 64");
        browser.key("ArrowRight");
        browser.key("ArrowRight");
        assertThat(browser.text("where")).isEqualTo("step 3 of 64");
        int token = Integer.parseInt(browser.text("which").split(" ")[0]);
        browser.key("ArrowUp");
        assertThat(browser.text("which")).startsWith(token - 1 + " ");
        browser.key("ArrowDown");
        assertThat(browser.text("which")).startsWith(token + " ");
        browser.key(" ");
        assertThat(browser.text("play")).isEqualTo("stop");
        for (int i = 0; i < 100 && browser.text("where").equals("step 3 of 64"); i++) {
            Thread.sleep(50);
        }
        assertThat(browser.text("where")).isNotEqualTo("step 3 of 64");
        browser.key(" ");
        assertThat(browser.text("play")).isEqualTo("play");
        assertThat(browser.complaints()).isEmpty();
    }

    /** The picture has 74 pixels of labels at the left, 18 of step numbers on top, and rows of 15. */
    @Test
    void theMouseReadsAndChoosesCells() {
        openedInPeace(replay);
        browser.point("grid", 74 + 3, 18 + 15 * 5 + 7);
        assertThat(browser.text("detail")).startsWith("step 1, position 5: ");
        browser.click("grid", 74 + 3, 18 + 15 * 2 + 7);
        assertThat(browser.text("which")).startsWith("2 ");
        assertThat(browser.text("where")).isEqualTo("step 1 of 64");
        browser.click("on", 5, 5);
        assertThat(browser.text("where")).isEqualTo("step 2 of 64");
        browser.click("step", 2, 8);
        assertThat(browser.text("where")).isEqualTo("step 1 of 64");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void tokensAreFilteredByWhatHappenedToThem() {
        openedInPeace(replay);
        assertThat(browser.text("count")).isEmpty();
        browser.value("(() => { const f = document.getElementById('filter'); f.value = 'again';"
                + " f.dispatchEvent(new Event('input')); })()");
        int again = browser.value("page.data.decodings[0].steps.reduce((all, s) => { s.again.forEach(i => all.add(i));"
                        + " return all; }, new Set()).size")
                .intValue();
        assertThat(again).isBetween(1, 63);
        assertThat(browser.text("count")).isEqualTo(again + " of 64 tokens");
        assertThat(browser.value("document.querySelectorAll('#text .dim').length")
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
        assertThat(browser.text("verdict")).isEqualTo("failed");
        assertThat(browser.text("tests")).isEqualTo("tests: passed, failed; 4 != 5");
        assertThat(browser.text("prompt")).endsWith(SamplePages.HOSTILE);
        browser.value("(() => { const d = document.getElementById('decoding'); d.value = '2';"
                + " d.dispatchEvent(new Event('change')); })()");
        assertThat(browser.text("where")).isEqualTo("step 2 of 2");
        assertThat(browser.text("verdict")).isEmpty();
        assertThat(browser.value("document.querySelector('#text .again').textContent")
                        .asText())
                .isEqualTo("▒");
        assertThat(browser.complaints()).isEmpty();
    }
}
