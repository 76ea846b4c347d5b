package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.maskflow.alignment.Alignment;
import io.maskflow.alignment.Pretraining;
import io.maskflow.experiments.training.step.GrpoTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

    /** One class, so that a reader looks in one place; texts and plain forms carry the tag too. */
    @Test
    void noEquationHasTwoHomes() {
        PaperIndex.homes().forEach((key, homes) -> assertThat(homes)
                .as("@paper XF " + key)
                .extracting(home -> home.name().split("\\.")[0])
                .containsOnly(homes.first().name().split("\\.")[0]));
    }

    /** What runs is the tagged code: a training step, or a training of the backbone, comes to every home. */
    @Test
    void everyHomeIsReachedFromATrainingStep() {
        JavaClasses program = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.maskflow");
        Set<JavaClass> reached = reached(program, GrpoTraining.class, Alignment.class, Pretraining.class);
        PaperIndex.homes().forEach((key, homes) -> {
            for (PaperIndex.Home home : homes) {
                String[] name = home.name().split("\\.");
                JavaClass type = program.stream()
                        .filter(c ->
                                c.getSimpleName().equals(name[0]) && home.file().contains("/" + name[0] + ".java"))
                        .findFirst()
                        .orElseThrow();
                assertThat(reached)
                        .as("@paper XF " + key + " at " + home.name())
                        .contains(type);
                if (name.length > 1
                        && type.getMethods().stream().anyMatch(m -> m.getName().equals(name[1]))) {
                    assertThat(called(type, name[1]))
                            .as("@paper XF " + key + " at " + home.name())
                            .isTrue();
                }
            }
        });
    }

    private static Set<JavaClass> reached(JavaClasses program, Class<?>... from) {
        Set<JavaClass> reached = new HashSet<>();
        Deque<JavaClass> open = new ArrayDeque<>();
        for (Class<?> root : from) {
            open.add(program.get(root));
        }
        while (!open.isEmpty()) {
            JavaClass next = open.pop();
            if (reached.add(next)) {
                next.getDirectDependenciesFromSelf().stream()
                        .map(Dependency::getTargetClass)
                        .filter(target -> target.getPackageName().startsWith("io.maskflow"))
                        .forEach(open::push);
            }
        }
        return reached;
    }

    /** Whether the program calls a method, be it by the interface that declares it. */
    private static boolean called(JavaClass type, String method) {
        return Stream.concat(Stream.of(type), type.getAllRawInterfaces().stream())
                .flatMap(declaring -> declaring.getMethods().stream())
                .filter(m -> m.getName().equals(method))
                .anyMatch(m -> !m.getAccessesToSelf().isEmpty());
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
