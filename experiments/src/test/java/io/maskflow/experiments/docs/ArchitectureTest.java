package io.maskflow.experiments.docs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ArchitectureTest {

    private static final Map<String, List<String>> MAY_NOT_USE = Map.of(
            "decoder", List.of("policy", "reward", "rollout", "alignment", "experiments"),
            "reward", List.of("decoder", "policy", "rollout", "alignment", "experiments"),
            "policy", List.of("reward", "rollout", "alignment", "experiments"),
            "rollout", List.of("reward", "alignment", "experiments"),
            "alignment", List.of("policy", "reward", "rollout", "experiments"));

    private static JavaClasses classes;

    @BeforeAll
    static void read() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.maskflow");
    }

    @Test
    void allModulesAreSeen() {
        for (String module : MAY_NOT_USE.keySet()) {
            assertThat(classes.stream().filter(c -> c.getPackageName().startsWith("io.maskflow." + module)))
                    .as(module)
                    .isNotEmpty();
        }
    }

    @Test
    void arrowsPointAsDrawn() {
        MAY_NOT_USE.forEach((module, others) -> noClasses()
                .that()
                .resideInAPackage("io.maskflow." + module + "..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others.stream()
                        .map(other -> "io.maskflow." + other + "..")
                        .toArray(String[]::new))
                .check(classes));
    }

    @Test
    void noPackageCycles() {
        slices().matching("io.maskflow.(**)").should().beFreeOfCycles().check(classes);
    }

    @Test
    void noGlobalRandomNumbers() {
        noClasses()
                .should()
                .callMethod(Math.class, "random")
                .orShould()
                .callConstructor(Random.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(ThreadLocalRandom.class)
                .check(classes);
    }

    @Test
    void tensorsStayOutOfReward() {
        noClasses()
                .that()
                .resideInAPackage("io.maskflow.reward..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("ai.djl..", "org.nd4j..")
                .check(classes);
    }

    @Test
    void onlyMainEndsTheProcess() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.maskflow.experiments.cli.Main")
                .should()
                .callMethod(System.class, "exit", int.class)
                .check(classes);
    }

    @Test
    void everyPackageHasItsDoorPlate() {
        TreeSet<Path> bare = new TreeSet<>();
        for (Path file : Repository.sources("main")) {
            if (!Files.exists(file.resolveSibling("package-info.java"))) {
                bare.add(Repository.root().relativize(file.getParent()));
            }
        }
        assertThat(bare).isEmpty();
    }
}
