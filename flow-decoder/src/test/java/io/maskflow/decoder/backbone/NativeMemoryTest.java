package io.maskflow.decoder.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Runs in a JVM of its own, so that an abort of the native side or another test's memory is seen for what it is. */
class NativeMemoryTest {

    private static final int STEPS = 2_000;

    /**
     * Decodes {@code args[0]} steps with the model of folder {@code args[1]} in float32, and a quarter as many in bfloat16; prints live arrays and resident kilobytes after a quarter of the steps and at
     * the end.
     */
    public static void main(String[] args) throws IOException {
        for (BackboneOptions options : List.of(BackboneOptions.standard(), BackboneOptions.bfloat16())) {
            int steps = options.equals(BackboneOptions.standard())
                    ? Integer.parseInt(args[0])
                    : Integer.parseInt(args[0]) / 4;
            try (NetworkPredictor model = Backbones.open(Path.of(args[1]), options);
                    DecodingSession session = model.open(List.of(new int[] {1, 2, 3}, new int[] {4}), 24)) {
                int positions = 2 * 24;
                float[] part = new float[positions];
                Arrays.fill(part, 0.5f);
                int live = 0;
                long resident = 0;
                for (int step = 0; step < steps; step++) {
                    Prediction p = session.predict(new LogitRules(List.of(312), List.of(300), step % 2, 4));
                    session.mix(part, part, new float[positions], p.argmax());
                    if (step % 100 == 0) { // a session beside it, closed again
                        try (DecodingSession other = model.open(List.of(new int[] {5}, new int[] {6}), 7)) {
                            Tokens.set(other, new int[14]);
                            other.retainRows(new int[] {1});
                            other.predict(LogitRules.plain(1));
                        }
                    }
                    if (step == steps / 4) {
                        live = model.liveArrays();
                        resident = resident();
                    }
                }
                System.out.println(options.precision() + " live " + live + " " + model.liveArrays() + " resident "
                        + resident + " " + resident());
            }
        }
    }

    private static long resident() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS")) {
                return Long.parseLong(line.replaceAll("\\D+", ""));
            }
        }
        throw new IllegalStateException("no VmRSS");
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void everyNumberFormatRunsWithoutAbortAndMemoryStaysFlat() throws Exception {
        List<String> lines = fork(NativeMemoryTest.class, String.valueOf(STEPS), "llada-tiny-bf16");
        assertThat(lines).hasSize(2);
        for (String line : lines) {
            String[] words = line.split(" ");
            assertThat(words[3]).as("live arrays: %s", line).isEqualTo(words[2]);
            long grown = Long.parseLong(words[6]) - Long.parseLong(words[5]);
            assertThat(grown)
                    .as("kilobytes grown after the first quarter: %s", line)
                    .isLessThan(24_000);
        }
    }

    private static List<String> fork(Class<?> program, String steps, String model) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-Dai.djl.offline=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                program.getName(),
                steps,
                Golden.folder(model).toString()));
        Path errors = Files.createTempFile("native-memory", ".txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        List<String> lines =
                new String(process.getInputStream().readAllBytes()).lines().toList();
        assertThat(process.waitFor()).as(() -> "exit code; " + read(errors)).isZero();
        Files.delete(errors);
        return lines;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            return unreadable.toString();
        }
    }
}
