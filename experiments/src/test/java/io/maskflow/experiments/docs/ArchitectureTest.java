package io.maskflow.experiments.docs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
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

    /** The optional module is not on the class path of these tests: its arrows are those of its sources. */
    @Test
    void sparkIsKnownToItsOwnModuleOnlyAndThatKnowsRolloutsOnly() {
        List<Path> own = new ArrayList<>();
        for (Path file : Repository.sources("main")) {
            String text = Repository.text(file);
            if (text.contains("package io.maskflow.rollout.spark;")) {
                own.add(file);
                assertThat(text)
                        .as(file.toString())
                        .doesNotContain("import io.maskflow.policy")
                        .doesNotContain("import io.maskflow.reward")
                        .doesNotContain("import io.maskflow.alignment")
                        .doesNotContain("import io.maskflow.experiments");
            } else {
                assertThat(text).as(file.toString()).doesNotContain("org.apache.spark");
            }
        }
        assertThat(own).isNotEmpty();
    }

    @Test
    void noPackageCycles() {
        slices().matching("io.maskflow.(**)").should().beFreeOfCycles().check(classes);
    }

    /** Every draw is a function of an identity (docs/REPRODUCIBILITY.md): none comes from a generator of the JDK. */
    @Test
    void noGeneratorButTheKeyedOnes() {
        noClasses()
                .should()
                .callMethod(Math.class, "random")
                .orShould()
                .callMethod(StrictMath.class, "random")
                .orShould()
                .callMethod(Collections.class, "shuffle", List.class)
                .orShould()
                .dependOnClassesThat()
                .areAssignableTo(Random.class) // ThreadLocalRandom and SecureRandom among them
                .orShould()
                .dependOnClassesThat()
                .belongToAnyOf(SplittableRandom.class, RandomGeneratorFactory.class)
                .orShould()
                .callMethod(RandomGenerator.class, "of", String.class)
                .orShould()
                .callMethod(RandomGenerator.class, "getDefault")
                .check(classes);
        noClasses()
                .that()
                .resideOutsideOfPackages("io.maskflow.decoder.random..", "io.maskflow.alignment.data..")
                .should()
                .implement(RandomGenerator.class)
                .because("alignment.data.KeyedDraws made the built-in models, every other draw is Philox's")
                .check(classes);
    }

    /** The same in the sources, where a fully qualified name in a string or a comment would show too. */
    @Test
    void noSourceNamesAGeneratorOfTheJdk() {
        assertThat(Repository.sources("main")).isNotEmpty().allSatisfy(file -> assertThat(Repository.text(file))
                .doesNotContain("SplittableRandom")
                .doesNotContain("ThreadLocalRandom")
                .doesNotContain("Math.random")
                .doesNotContain("java.util.Random;")
                .doesNotContain("SecureRandom"));
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
