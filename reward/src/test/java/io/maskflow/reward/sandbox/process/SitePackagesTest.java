package io.maskflow.reward.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.IsolationLevel;
import io.maskflow.reward.sandbox.Trials;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Packages that the settings name are there for tests and programs, at every level, and cannot be written. */
class SitePackagesTest {
    private static final String PROGRAM =
            "import shapes.area\nimport single\n\ndef f(x):\n    return shapes.area.square(x) + single.ONE\n";

    @TempDir
    private Path folder;

    @BeforeEach
    void packages() throws IOException {
        Files.createDirectories(folder.resolve("shapes"));
        Files.writeString(folder.resolve("shapes/__init__.py"), "from shapes import area\n");
        Files.writeString(folder.resolve("shapes/area.py"), "def square(x):\n    return x * x\n");
        Files.writeString(folder.resolve("single.py"), "ONE = 1\n");
        Files.createDirectories(folder.resolve("shapes-1.0.dist-info"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static GraderSettings at(IsolationLevel level) {
        GraderSettings usual = GraderSettings.defaults();
        return new GraderSettings(Optional.of(level), 1, usual.limits(), "", 0, true, "");
    }

    private static Verdict grade(GraderSettings settings, String code, String... tests) {
        try (Grader grader = new Grader(settings.withWorkers(1))) {
            return grade(grader, code, tests);
        }
    }

    private static Verdict grade(Grader grader, String code, String... tests) {
        return grader.grade(List.of(new Submission("p", code, TestSuite.of(List.of(tests)))))
                .get(0);
    }

    @ParameterizedTest
    @EnumSource(IsolationLevel.class)
    void aProgramAndItsTestImportWhatTheSettingsName(IsolationLevel level) {
        Assumptions.assumeTrue(level != IsolationLevel.CONTAINER || Trials.engine());
        Assumptions.assumeTrue(Trials.usable(level));
        GraderSettings settings = at(level);
        assertThat(grade(settings, PROGRAM, "assert f(3) == 10").kind()).isEqualTo(VerdictKind.ERROR);
        GraderSettings named = settings.withSitePackages(folder.toString());
        assertThat(grade(named, PROGRAM, "import single\nassert f(3) == 9 + single.ONE"))
                .matches(Verdict::passed, "passed");
        assertThat(grade(named, PROGRAM, "assert f(3) == 11").kind()).isEqualTo(VerdictKind.FAILED);
    }

    @ParameterizedTest
    @EnumSource(value = IsolationLevel.class, mode = EnumSource.Mode.EXCLUDE, names = "RLIMITS_ONLY")
    void noProgramWritesIntoIt(IsolationLevel level) {
        Assumptions.assumeTrue(level != IsolationLevel.CONTAINER || Trials.engine());
        Assumptions.assumeTrue(Trials.usable(level));
        String writing = "def f(x):\n    try:\n        open('" + folder.resolve("single.py") + "', 'a').write('#')\n"
                + "    except OSError:\n        return 'refused'\n    return 'written'\n";
        GraderSettings named = at(level).withSitePackages(folder.toString());
        assertThat(grade(named, writing, "assert f(1) == 'refused'")).matches(Verdict::passed, "passed");
        assertThat(folder.resolve("single.py")).hasContent("ONE = 1\n");
    }

    @Test
    void theRecordNamesTheFolder() throws IOException {
        try (Grader grader = new Grader(GraderSettings.defaults().withWorkers(1).withSitePackages(folder.toString()))) {
            assertThat(grader.describe()).endsWith("packages of " + folder.toRealPath() + " (read-only)");
        }
    }

    @Test
    void anEnvironmentStandsForItsPackages() throws IOException {
        String version = PythonRuntime.find("").version().replaceFirst("\\.\\d+$", "");
        Path inside = folder.resolve("lib/python" + version + "/site-packages");
        Files.createDirectories(inside);
        Files.writeString(folder.resolve("pyvenv.cfg"), "home = /usr/bin\n");
        Files.writeString(inside.resolve("only_here.py"), "TWO = 2\n");
        PythonRuntime python = SitePackages.added(PythonRuntime.find(""), folder.toString());
        assertThat(python.added()).hasValue(inside.toRealPath());
        assertThat(SitePackages.modules(inside)).containsExactly("only_here");
    }

    @Test
    void aFolderOfAnotherVersionIsRefused() throws IOException {
        Path other = folder.resolve("lib/python3.3/site-packages");
        Files.createDirectories(other);
        Files.writeString(other.resolve("old.py"), "");
        assertThatThrownBy(() -> SitePackages.added(PythonRuntime.find(""), other.toString()))
                .isInstanceOf(SandboxException.class)
                .hasMessageContaining("belongs to Python 3.3")
                .hasMessageContaining(PythonRuntime.VARIABLE);
    }

    @Test
    void aFolderWithoutModulesIsRefused() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> SitePackages.added(PythonRuntime.find(""), empty.toString()))
                .hasMessageContaining(empty + " holds no Python modules");
        assertThatThrownBy(() -> SitePackages.added(PythonRuntime.find(""), folder + "/nowhere"))
                .hasMessageContaining("nowhere is no folder");
    }

    /** Packages that others publish, where {@code -Dmaskflow.sitePackages=DIR} or MASKFLOW_SITE_PACKAGES names a folder that has them. */
    private static GraderSettings published(IsolationLevel level, String module) {
        String folder =
                System.getProperty("maskflow.sitePackages", System.getenv().getOrDefault("MASKFLOW_SITE_PACKAGES", ""));
        Assumptions.assumeFalse(folder.isEmpty(), "no folder with " + module + " is named");
        Assumptions.assumeTrue(level != IsolationLevel.CONTAINER || Trials.engine());
        Assumptions.assumeTrue(Trials.usable(level));
        return at(level).withSitePackages(folder);
    }

    @ParameterizedTest
    @EnumSource(IsolationLevel.class)
    void numpyComputesAndItsValuesAreData(IsolationLevel level) {
        try (Grader named = new Grader(published(level, "numpy").withWorkers(1))) {
            numpy(named);
        }
    }

    private static void numpy(Grader named) {
        String head = "import numpy as np\n";
        for (String right : List.of(
                "def f(x):\n    return np.sum(x)\n---assert f([1, 2]) == 3",
                "def f(x):\n    return np.array(x) * 2\n---import numpy as np\nassert np.array_equal(f([1, 2]), [2, 4])",
                "def f(x):\n    return x.mean()\n---import numpy as np\nassert f(np.array([1.0, 2.0])) == 1.5",
                "def f(x):\n    return np.linalg.inv(x)\n---assert f([[2.0, 0.0], [0.0, 4.0]]).tolist() == [[0.5, 0.0], [0.0, 0.25]]",
                "def f(x):\n    return [np.int64(x), np.bool_(x > 0), np.float32(0.5)]\n---assert f(3) == [3, True, 0.5]")) {
            String[] parts = right.split("---");
            Verdict verdict = grade(named, head + parts[0], parts[1]);
            assertThat(verdict.passed()).as(right + " " + verdict).isTrue();
            Verdict wrong = grade(named, head + parts[0], parts[1].replace("assert ", "assert not "));
            assertThat(wrong.kind()).as(right + " " + wrong).isEqualTo(VerdictKind.FAILED);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BUBBLEWRAP", "LANDLOCK", "CONTAINER"})
    void pytestsRaisesApproxAndTablesAreUsed(IsolationLevel level) {
        try (Grader named = new Grader(published(level, "pytest").withWorkers(1))) {
            pytest(named);
        }
    }

    private static void pytest(Grader named) {
        String[] tests = {
            "import pytest\ndef test_raises():\n    with pytest.raises(ValueError, match='neg'):\n        f(-1)",
            "import pytest\n@pytest.mark.parametrize('x, want', [(4, 2), (2, 1.41421356)])\n"
                    + "def test_root(x, want):\n    assert f(x) == pytest.approx(want)",
        };
        String right = "def f(x):\n    if x < 0:\n        raise ValueError('negative')\n    return x ** 0.5\n";
        assertThat(grade(named, right, tests)).matches(Verdict::passed, "passed");
        for (String wrong : List.of("def f(x):\n    return abs(x) / 2\n", "import os\ndef f(x):\n    os._exit(0)\n")) {
            assertThat(grade(named, wrong, tests).tests()).hasSize(2).doesNotContain(VerdictKind.PASSED);
        }
    }

    @Test
    void aTestThatNeedsWhatIsNotThereIsAtFault() {
        for (String module : List.of("pytest", "numpy.linalg", "nowhere_to_be_found")) {
            String name = module.replaceFirst(".*\\.", "");
            Verdict verdict = grade(
                    GraderSettings.defaults(),
                    "def f():\n    return 1\n",
                    "from " + module + " import x\nassert f() == 1");
            assertThat(verdict.kind()).as(module).isEqualTo(VerdictKind.NO_VERDICT);
            assertThat(verdict.note()).contains(name);
        }
    }
}
