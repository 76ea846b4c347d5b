package io.maskflow.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
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
    void aResumedMetricsLogForgetsWhatCameAfterItsCheckpoint() throws IOException {
        Path file = temporary.resolve("metrics.jsonl");
        try (MetricsLog log = MetricsLog.open(file)) {
            for (int step = 1; step <= 5; step++) {
                log.append(step, Map.of("reward", step / 10.0));
            }
        }
        Files.writeString(file, "{\"step\": 6, \"rew", StandardOpenOption.APPEND);
        try (MetricsLog log = MetricsLog.resume(file, 3)) {
            log.append(4, Map.of("reward", Double.NaN));
        }
        assertThat(Files.readAllLines(file))
                .containsExactly(
                        "{\"step\":1,\"reward\":0.1}",
                        "{\"step\":2,\"reward\":0.2}",
                        "{\"step\":3,\"reward\":0.3}",
                        "{\"step\":4,\"reward\":null}");
        assertThat(MetricsLog.read(file).get(2)).containsEntry("step", 3.0).containsEntry("reward", 0.3);
    }

    @Test
    void aTornLastLineIsCutOffBeforeTheNextIsWritten() throws IOException {
        Path file = temporary.resolve("metrics.jsonl");
        Files.writeString(file, "{\"step\":1}\n{\"ste");
        try (MetricsLog log = MetricsLog.open(file)) {
            log.append(2, Map.of());
        }
        assertThat(Files.readAllLines(file)).containsExactly("{\"step\":1}", "{\"step\":2}");
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

    /** Reads the file as TensorBoard does: framing, checksums, then the fields of the message. */
    @Test
    void eventFilesHoldFramedAndCheckedScalars() throws IOException {
        try (TensorBoardLog log = TensorBoardLog.open(temporary, 10)) {
            log.append(12, Map.of("reward", 0.5));
            log.append(13, Map.of("reward", Double.NaN));
        }
        Path file;
        try (Stream<Path> files = Files.list(temporary)) {
            file = files.findFirst().orElseThrow();
        }
        assertThat(file.getFileName().toString()).startsWith("events.out.tfevents.");
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int records = 0;
        byte[] scalar = null;
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int length = (int) bytes.getLong();
            assertThat(bytes.getInt()).isEqualTo(TensorBoardLog.maskedCrc(bytes.array(), start, 8));
            byte[] data = new byte[length];
            bytes.get(data);
            assertThat(bytes.getInt()).isEqualTo(TensorBoardLog.maskedCrc(data, 0, length));
            if (records++ == 2) {
                scalar = data;
            }
        }
        assertThat(records).isEqualTo(4);
        CodedInputStream event = CodedInputStream.newInstance(scalar);
        event.readTag();
        event.readDouble();
        assertThat(WireFormat.getTagFieldNumber(event.readTag())).isEqualTo(2);
        assertThat(event.readInt64()).isEqualTo(12);
        assertThat(WireFormat.getTagFieldNumber(event.readTag())).isEqualTo(5);
        CodedInputStream summary = event.readBytes().newCodedInput();
        summary.readTag();
        CodedInputStream value = summary.readBytes().newCodedInput();
        value.readTag();
        assertThat(value.readString()).isEqualTo("reward");
        value.readTag();
        assertThat(value.readFloat()).isEqualTo(0.5f);
    }

    /** The check value of CRC-32C is 0xe3069283; masked: rotated right by 15, plus 0xa282ead8. */
    @Test
    void theMaskedChecksumHasItsPublishedValue() {
        byte[] check = "123456789".getBytes(StandardCharsets.US_ASCII);
        assertThat(TensorBoardLog.maskedCrc(check, 0, 9))
                .isEqualTo(((0xe3069283 >>> 15) | (0xe3069283 << 17)) + 0xa282ead8);
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
