package io.maskflow.experiments.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a measurement is compared with. */
class BenchOutputTest {

    @TempDir
    Path folder;

    private String published(int batch, double milliseconds) throws IOException {
        StringWriter told = new StringWriter();
        new BenchSheet("decode")
                .setting("batch", batch)
                .figure("step_ms", milliseconds, "a step")
                .publish(
                        new PrintWriter(told),
                        new BenchOutput(
                                folder.resolve("one.json"),
                                folder.resolve("runs/bench.jsonl").toString()));
        return told.toString();
    }

    @Test
    void aRunIsComparedWithTheLastOfItsSettings() throws IOException {
        assertThat(published(16, 2.0)).doesNotContain("against").contains("written: ");
        assertThat(published(8, 3.0)).as("another batch").doesNotContain("against");
        assertThat(published(16, 3.0)).contains("against ").containsPattern("step_ms +1\\.500 times");
        assertThat(published(16, 1.5)).containsPattern("step_ms +0\\.500 times");

        List<String> lines = Files.readAllLines(folder.resolve("runs/bench.jsonl"));
        assertThat(lines).hasSize(4);
        JsonNode last = new ObjectMapper().readTree(lines.get(3));
        assertThat(last.get("commit").asText()).isNotBlank();
        assertThat(last.at("/figures/step_ms").asDouble()).isEqualTo(1.5);
        assertThat(new ObjectMapper()
                        .readTree(folder.resolve("one.json").toFile())
                        .at("/settings/batch")
                        .asInt())
                .isEqualTo(16);
    }

    @Test
    void aDamagedLineIsPassedOver() throws IOException {
        published(16, 2.0);
        Files.writeString(folder.resolve("runs/bench.jsonl"), "{\"bench\": \"dec\n", StandardOpenOption.APPEND);
        assertThat(published(16, 1.0)).contains("1 line is no JSON").containsPattern("step_ms +0\\.500 times");
    }
}
