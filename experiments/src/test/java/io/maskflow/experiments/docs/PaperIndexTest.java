package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PaperIndexTest {

    @Test
    void everyEquationAndRuleHasAHome() {
        PaperIndex.homes()
                .forEach(
                        (key, homes) -> assertThat(homes).as("@paper XF " + key).isNotEmpty());
        assertThat(PaperIndex.homes().keySet())
                .as("equations that the sources name and the paper has")
                .isEqualTo(PaperIndex.wanted().keySet());
    }

    @Test
    void everyEquationAndRuleHasAnOracleTest() {
        Map<String, String> tests = Repository.sources("test").stream()
                .collect(Collectors.toMap(
                        file -> file.getFileName().toString().replace(".java", ""), Repository::text, (a, b) -> a + b));
        PaperIndex.wanted().forEach((key, item) -> {
            assertThat(item.oracles()).as(key).isNotEmpty();
            for (String oracle : item.oracles()) {
                String[] parts = oracle.split("#");
                assertThat(tests).as(key).containsKey(parts[0]);
                assertThat(tests.get(parts[0])).as(key + ": " + oracle).contains("void " + parts[1] + "(");
            }
        });
    }

    @Test
    void thePageIsWhatTheSourcesSay() throws IOException {
        Path page = Repository.root().resolve("docs").resolve("PAPER.md");
        if ("write".equals(System.getProperty("maskflow.docs"))) {
            Files.writeString(page, PaperIndex.page());
        }
        assertThat(page).as("make it again with -Dmaskflow.docs=write").hasContent(PaperIndex.page());
    }
}
