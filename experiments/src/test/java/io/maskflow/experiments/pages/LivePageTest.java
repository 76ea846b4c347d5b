package io.maskflow.experiments.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.serving.Served;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page of serve in a real browser. Skipped, by name, where there is none. {@code -Dmaskflow.pictures=DIR} keeps pictures. */
@Tag("browser")
class LivePageTest {

    @TempDir
    static Path folder;

    private static Browser browser;
    private static Served served;

    @BeforeAll
    static void open() throws IOException, InterruptedException {
        Optional<Path> program = Browser.installed();
        Assumptions.assumeTrue(
                program.isPresent(),
                "THE LIVE PAGE NOT TRIED IN A BROWSER: no chromium or google-chrome on this machine");
        served = new Served(Served.settings());
        browser = new Browser(program.get(), folder.resolve("profile"));
    }

    @AfterAll
    static void close() throws InterruptedException {
        if (browser != null) {
            browser.close();
        }
        if (served != null) {
            served.close();
        }
    }

    private static void until(String condition) throws InterruptedException {
        for (int i = 0; i < 1200 && !browser.value(condition).asBoolean(); i++) {
            Thread.sleep(100);
        }
        assertThat(browser.value(condition).asBoolean()).as(condition).isTrue();
    }

    private static void picture(String name) throws IOException {
        String keep = System.getProperty("maskflow.pictures");
        Path to = (keep == null ? folder : Files.createDirectories(Path.of(keep))).resolve(name + ".png");
        browser.picture(to);
        assertThat(Files.size(to)).isGreaterThan(10_000);
    }

    private static String panel(int number, String part) {
        return "document.querySelectorAll('#panels section')[" + number + "].querySelector('" + part + "')";
    }

    @Test
    void twoDecodersSideBySideFromKeysToVerdicts() throws Exception {
        browser.size(1200, 1000);
        browser.prefers("light");
        browser.open(served.uri("/"));
        until("document.getElementById('problem').options.length === 21");
        browser.value("(() => { document.getElementById('second').value = 'mask-prediction';"
                + " document.getElementById('prompt').focus(); })()");
        assertThat(browser.text("#steps")).isEqualTo("1/4: 6 steps");
        browser.value("document.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', ctrlKey: true}))");
        until("document.body.dataset.runs === '1'");
        for (int number = 0; number < 2; number++) {
            assertThat(browser.value(panel(number, ".state") + ".textContent").asText())
                    .contains("6 model calls");
            assertThat(browser.value(panel(number, ".verdict") + ".textContent").asText())
                    .isNotBlank();
            assertThat(browser.value(panel(number, ".text") + ".children.length")
                            .asInt())
                    .isEqualTo(24);
            assertThat(browser.value(
                                    "(c => c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(v => v !== 0))("
                                            + panel(number, "canvas") + ")")
                            .asBoolean())
                    .isTrue();
        }
        browser.value(panel(0, "canvas") + ".focus()");
        browser.key("ArrowRight");
        browser.key("ArrowDown");
        assertThat(browser.value(panel(0, ".detail") + ".textContent").asText()).contains("step 6", "confidence");
        assertThat(browser.text("#said")).isEmpty();
        assertThat(browser.complaints()).isEmpty();
        assertThat(browser.value(
                                "performance.getEntriesByType('resource').every(e => e.name.startsWith(location.origin))")
                        .asBoolean())
                .isTrue();
        picture("live-light");
        browser.prefers("dark");
        Thread.sleep(300);
        picture("live-dark");
        browser.size(390, 844);
        Thread.sleep(300);
        assertThat(browser.value("document.documentElement.scrollWidth").asInt())
                .isLessThanOrEqualTo(390);
        picture("live-phone");
    }

    @Test
    void aRefusalIsToldOnThePage() throws Exception {
        browser.size(1200, 1000);
        browser.open(served.uri("/"));
        until("document.getElementById('problem').options.length === 21");
        browser.value("(() => { document.getElementById('ask').noValidate = true;"
                + " document.getElementById('length').value = 4000; document.getElementById('run').click(); })()");
        until("document.body.dataset.runs === '1'");
        assertThat(browser.text("#said")).contains("max_tokens must be a whole number");
    }
}
