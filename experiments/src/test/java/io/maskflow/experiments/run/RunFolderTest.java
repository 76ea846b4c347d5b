package io.maskflow.experiments.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {

    @TempDir
    Path temporary;

    @Test
    void resultsOfAnotherRunAreNeverOverwritten() throws IOException {
        Path out = temporary.resolve("run");
        RunFolder folder = RunFolder.create(out);
        assertThat(RunFolder.create(out)).isEqualTo(folder);
        Files.writeString(folder.config(), "seed: 1\n");
        assertThatThrownBy(() -> RunFolder.create(out))
                .isInstanceOf(ConfigurationException.class)
                .hasMessage("--out must be a new or empty folder, was " + out
                        + " which holds config.yaml (continue that run with --resume, or choose another folder)");
        assertThat(RunFolder.open(out, true)).isEqualTo(folder);
        assertThatThrownBy(() -> RunFolder.resume(temporary))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("holds no config.yaml");
    }

    @Test
    void checkpointsAreListedInOrder() throws IOException {
        RunFolder folder = RunFolder.create(temporary.resolve("run"));
        assertThat(folder.checkpointSteps()).isEmpty();
        Files.createDirectories(folder.checkpoint(120));
        Files.createDirectories(folder.checkpoint(30));
        Files.createDirectories(folder.path().resolve("checkpoints/step-000040.partial"));
        assertThat(folder.checkpoint(30)).hasToString(folder.path() + "/checkpoints/step-000030");
        assertThat(folder.checkpointSteps()).containsExactly(30L, 120L);
    }

    @Test
    void resultsComeBackAsTheyWereWritten() {
        Path file = temporary.resolve("results.jsonl");
        ResultsLog.Result result = new ResultsLog.Result(
                "7", "learned", "1/4", 2, 12, 30, 0.25, "failed", 2.0 / 3, false, "def f(x):\n    return \"ü\"");
        ResultsLog.Result unjudged =
                new ResultsLog.Result("8", "learned", "1/4", 2, 12, 30, 0.25, "no_verdict", null, false, "");
        try (ResultsLog log = ResultsLog.open(file)) {
            log.append(result);
            log.append(unjudged);
        }
        assertThat(ResultsLog.read(file)).containsExactly(result, unjudged);
        assertThat(JsonLines.read(file).get(0).has("pass_rate")).isTrue();
        assertThat(JsonLines.read(file).get(0).has("judged")).isFalse();
    }

    @Test
    void aFolderHashesLikeTheListOfItsFiles() throws IOException {
        Files.writeString(temporary.resolve("b"), "2");
        Files.writeString(temporary.resolve("a"), "1");
        // (printf 1 > a; printf 2 > b; sha256sum a b | sha256sum)
        assertThat(Sha256.of(temporary)).isEqualTo("68c2919f4305e50800082ab7f11eb17d96c7832f59154e97b1d373a5179a63ea");
        assertThat(Sha256.of(temporary.resolve("a")))
                .isEqualTo("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b");
    }

    @Test
    void theManifestNamesWhatAResultDependsOn() throws IOException {
        Path data = Files.writeString(temporary.resolve("a"), "1");
        RunManifest manifest = RunManifest.collect(
                "train x.yaml", List.of(data), List.of(), List.of(7L), "PyTorch 2.7.1", "cpu", "bubblewrap");
        Path file = temporary.resolve("manifest.json");
        manifest.write(file);
        assertThat(RunManifest.read(file)).isEqualTo(manifest);
        assertThat(manifest.data().get(data.toString())).startsWith("6b86b273");
        assertThat(manifest.machine()).containsKeys("os", "cores");
        assertThat(manifest.commit()).matches("[0-9a-f]{40}(-dirty)?|unknown");
    }
}
