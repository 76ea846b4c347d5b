package io.maskflow.reward;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Data sets of others, which are no part of this project. A test that reads one finds it by its hash below the folders of
 * {@code MASKFLOW_DATA} or in {@code data/}, where {@code ./maskflow data fetch all} puts it; without it the test is skipped,
 * which is said.
 */
public enum PublicData {
    MBPP("mbpp", "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f"),
    MBPP_SANITIZED("mbpp-sanitized", "ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9"),
    HUMANEVAL("humaneval", "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef"),
    MBPP_PLUS("mbpp-plus in EvalPlus's own form", "af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63"),
    MBPP_PLUS_SCRIPTS("mbpp-plus", "7a5aec547b134fa297ee6c45f829298aa3f58de02547b8d8a5c3d85d9cb10efc"),
    HUMANEVAL_PLUS(
            "humaneval-plus in EvalPlus's own form",
            "272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101"),
    HUMANEVAL_PLUS_SCRIPTS("humaneval-plus", "daa7661c8189924068069b0872a440b491edb60f8bdf431d5957adc88d18bae5"),
    GSM8K("gsm8k", "3730d312f6e3440559ace48831e51066acaca737f6eabec99bccb9e4b3c39d14"),
    MATH500("math500", "35dc41080a3680858b27fa7e0533d2d547825316fc5dafe5d316f4ccc5a06132"),
    SVAMP("svamp", "5be77703a6d891ae476d7c082787ad361392aa02453b132516cdd5f4e7934e3e"),
    COUNTDOWN("countdown", "9916f614621e26fb2b035ed4ea641e35e4fff0d533bb9b9c7bcaaa61017d88c6"),
    COUNTDOWN_DREAM_3("countdown-dream-3", "14f727ff203f34f7ddcc05108c95f06414ff1baaa6f8e268c6c72699ec08e389"),
    COUNTDOWN_DREAM_4("countdown-dream-4", "c55f37ac962491a1bd9372885827297d22378dcdbb962392dad0747828b2fd39"),
    COUNTDOWN_DREAM_5("countdown-dream-5", "a032617b369385373040e68e4c003bb143894ade669a0da2f0ad1f78e85e2eef");

    private static final long LARGEST = 8 << 20;
    private static final Map<String, Path> FOUND = found();

    private final String fetchName;
    private final String sha256;

    PublicData(String fetchName, String sha256) {
        this.fetchName = fetchName;
        this.sha256 = sha256;
    }

    /** The file; the test that asks is skipped where it is not on this machine. */
    public Path file() {
        Path file = FOUND.get(sha256);
        if (file == null) {
            System.out.println("SKIPPED (data): " + fetchName + " is not here; ./maskflow data fetch " + fetchName);
        }
        Assumptions.assumeTrue(file != null, fetchName + " is not on this machine: ./maskflow data fetch " + fetchName);
        assertThat(file).exists();
        return file;
    }

    private static Map<String, Path> found() {
        Map<String, Path> files = new HashMap<>();
        String asked = System.getenv("MASKFLOW_DATA");
        Stream<String> folders = asked == null || asked.isBlank()
                ? Stream.of("../data")
                : Arrays.stream(asked.split(java.io.File.pathSeparator));
        folders.map(Path::of).filter(Files::isDirectory).forEach(folder -> {
            try (Stream<Path> paths = Files.walk(folder, 3)) {
                for (Path path : paths.filter(Files::isRegularFile).toList()) {
                    if (Files.size(path) <= LARGEST) {
                        files.put(sha256(path), path);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return files;
    }

    private static String sha256(Path path) throws IOException {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(path)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
