package io.maskflow.experiments.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The checkout that the tests run in. */
final class Repository {

    static final List<String> MODULES =
            List.of("flow-decoder", "policy", "reward", "rollout", "rollout/spark", "alignment", "experiments");

    private Repository() {}

    /** The root folder: the nearest one above these classes that holds the modules. */
    static Path root() {
        for (Path folder = classes(); folder != null; folder = folder.getParent()) {
            if (Files.exists(folder.resolve("mvnw")) && Files.isDirectory(folder.resolve("flow-decoder"))) {
                return folder;
            }
        }
        throw new IllegalStateException("tests must run inside the checkout");
    }

    private static Path classes() {
        try {
            return Path.of(Repository.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** All Java files below {@code src/main/java} or {@code src/test/java} of all modules, sorted. */
    static List<Path> sources(String kind) {
        return MODULES.stream()
                .flatMap(module -> javaFiles(
                        root().resolve(module).resolve("src").resolve(kind).resolve("java")))
                .toList();
    }

    /** All texts that the engine runs, of all modules, sorted. */
    static List<Path> texts() {
        return MODULES.stream()
                .flatMap(module -> files(root().resolve(module).resolve("src/main/resources"), ".torchscript"))
                .toList();
    }

    private static Stream<Path> javaFiles(Path folder) {
        return files(folder, ".java");
    }

    private static Stream<Path> files(Path folder, String ending) {
        if (!Files.isDirectory(folder)) {
            return Stream.empty();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(ending)).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
