package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher on a checkout of two classes, whose build is a call of javac. */
class LauncherTest {

    @TempDir
    Path checkout;

    @BeforeEach
    void lay() throws IOException {
        Files.copy(
                Repository.root().resolve("maskflow"),
                checkout.resolve("maskflow"),
                StandardCopyOption.COPY_ATTRIBUTES);
        Path wrapper = Files.writeString(
                checkout.resolve("mvnw"),
                """
                #!/usr/bin/env bash
                set -e
                case "$*" in *--version*) exit 0 ;; esac
                cd "$(dirname "$0")/experiments"
                mkdir -p target/lib target/classes
                "$JAVA_HOME/bin/javac" -d target/classes src/main/java/*.java
                """);
        assertThat(wrapper.toFile().setExecutable(true)).isTrue();
        Files.createDirectories(checkout.resolve("experiments/src/main/java"));
        Files.createDirectories(checkout.resolve(".mvn"));
        for (String file : List.of("pom.xml", "experiments/pom.xml")) {
            Files.writeString(checkout.resolve(file), "");
        }
    }

    private void version(int number) throws IOException {
        Path sources = checkout.resolve("experiments/src/main/java");
        Files.writeString(
                sources.resolve("Main.java"),
                """
                package io.maskflow.experiments.cli;
                public final class Main {
                    public static void main(String[] arguments) throws Exception {
                        System.out.println("began %d");
                        if (arguments.length > 0) {
                            while (!new java.io.File(arguments[0]).exists()) {
                                Thread.sleep(20);
                            }
                        }
                        Late.say();
                    }
                }
                """
                        .formatted(number));
        Files.writeString(
                sources.resolve("Late.java"),
                "package io.maskflow.experiments.cli;\nfinal class Late { static void say() { System.out.println(\"late "
                        + number + "\"); } }\n");
    }

    private Process start(Path out, String... arguments) throws IOException {
        List<String> command =
                new ArrayList<>(List.of("bash", checkout.resolve("maskflow").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(out.toFile());
        builder.redirectError(checkout.resolve("errors.txt").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().remove("MASKFLOW_NO_BUILD");
        return builder.start();
    }

    private String finished(Process process, Path out) throws Exception {
        assertThat(process.waitFor(3, TimeUnit.MINUTES)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(checkout.resolve("errors.txt")))
                .isZero();
        return Files.readString(out);
    }

    @Test
    void aRunKeepsTheClassesThatItBeganWith() throws Exception {
        Path go = checkout.resolve("go");
        Path first = checkout.resolve("first.txt");
        Path second = checkout.resolve("second.txt");
        version(1);
        Process live = start(first, go.toString());
        while (live.isAlive()
                && !(Files.exists(first) && Files.readString(first).contains("began 1"))) {
            Thread.sleep(20);
        }
        version(2);
        assertThat(finished(start(second), second)).isEqualTo("began 2\nlate 2\n");
        Files.writeString(go, "");
        assertThat(finished(live, first)).isEqualTo("began 1\nlate 1\n");

        finished(start(second), second); // nothing runs from the first build any more
        try (Stream<Path> builds = Files.list(checkout.resolve(".maskflow/builds"))) {
            assertThat(builds.filter(Files::isDirectory)).hasSize(1);
        }
    }
}
