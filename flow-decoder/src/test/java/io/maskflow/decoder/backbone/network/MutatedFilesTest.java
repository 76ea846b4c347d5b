package io.maskflow.decoder.backbone.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Golden;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged configurations, headers, indexes and tokenizers: each is refused by an error that names the file, or does no harm.
 * They are opened in a JVM of their own, so that an abort of the native side is seen for what it is.
 */
class MutatedFilesTest {

    private static final int CASES = 560;

    @TempDir
    Path scratch;

    /** Opens the damaged folders; a line for each: {@code ok}, {@code refused MESSAGE} or {@code bad EXCEPTION}. */
    public static void main(String[] args) throws IOException {
        Path golden = Path.of(args[0]);
        Path scratch = Path.of(args[1]);
        int from = args.length > 3 ? Integer.parseInt(args[3]) : 0;
        for (int number = from; number < Integer.parseInt(args[2]); number++) {
            Path folder = Files.createDirectory(scratch.resolve(String.valueOf(number)));
            String damage = MutatedModelFolder.fill(folder, golden, number);
            System.out.print(number + " " + damage.replace('\n', ' ') + " -> ");
            System.out.flush();
            System.out.println(outcome(folder).replace('\n', ' '));
            for (Path file : Files.list(folder).toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
        System.out.println("done");
    }

    private static String outcome(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            tokenizer.encode("def f(x):\n    return x");
        } catch (CheckpointException refused) {
            return refused(refused, folder);
        } catch (Throwable other) {
            return "bad " + other;
        }
        try (NetworkPredictor model = Backbones.open(folder, BackboneOptions.standard());
                DecodingSession session = model.open(List.of(new int[] {0, 1}), 3)) {
            session.predict(LogitRules.plain(1));
            return "ok";
        } catch (CheckpointException refused) {
            return refused(refused, folder);
        } catch (IllegalArgumentException refused) {
            return refused.getMessage().contains(folder.toString())
                    ? "refused " + refused.getMessage()
                    : "bad " + refused;
        } catch (Throwable other) {
            return "bad " + other;
        }
    }

    /** The message must name the folder or one of its files. */
    private static String refused(CheckpointException refused, Path folder) {
        boolean named = refused.getMessage().contains(folder.toString());
        return (named ? "refused " : "bad, names no file: ") + refused.getMessage();
    }

    @Test
    void everyDamageIsNamedOrHarmless() throws Exception {
        Path errors = Files.createTempFile("mutated-files", ".txt");
        Path output = Files.createTempFile("mutated-files", ".txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dai.djl.pytorch.num_threads=1",
                "-Dai.djl.pytorch.num_interop_threads=1",
                "-Dai.djl.offline=true",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                "-cp",
                System.getProperty("java.class.path"),
                MutatedFilesTest.class.getName(),
                Golden.folder("llada-tiny").getParent().toString(),
                scratch.toString(),
                String.valueOf(CASES)));
        Process process = new ProcessBuilder(command)
                .redirectError(errors.toFile())
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(15, TimeUnit.MINUTES);
        process.destroyForcibly();
        List<String> lines = Files.readAllLines(output);
        String last = lines.isEmpty() ? "nothing" : lines.get(lines.size() - 1);
        assertThat(ended).as("hangs at %s", last).isTrue();
        assertThat(process.exitValue())
                .as("ended at %s: %s", last, Files.readString(errors))
                .isZero();
        assertThat(lines).hasSize(CASES + 1);
        assertThat(lines.subList(0, CASES)).noneMatch(line -> line.contains("-> bad"));
        assertThat(lines.stream().filter(line -> line.contains("-> refused")).count())
                .isGreaterThan(CASES / 2);
        Files.delete(errors);
        Files.delete(output);
    }
}
