package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class GraderTest {
    private static final SandboxLimits LIMITS = new SandboxLimits(1, 2, 512);
    private static final TestSuite SUM = TestSuite.of(List.of(
            "assert weighted_sum([3, 1, 4, 1, 5]) == 46",
            "assert weighted_sum([10, -20, 30]) == 60",
            "assert weighted_sum([7]) == 7"));
    private static final String RIGHT =
            "def weighted_sum(xs):\n    return sum((i + 1) * x for i, x in enumerate(xs))\n";
    private static Grader grader;

    @BeforeAll
    static void open() {
        grader = new Grader(GraderSettings.defaults().withWorkers(2).withLimits(LIMITS));
    }

    @AfterAll
    static void close() {
        grader.close();
    }

    private static Verdict grade(String code) {
        return grade(code, SUM);
    }

    private static Verdict grade(String code, TestSuite tests) {
        return grader.grade(List.of(new Submission("a test", code, tests))).get(0);
    }

    @Test
    void aRightProgramPasses() {
        Verdict verdict = grade(RIGHT);
        assertThat(verdict.kind()).isEqualTo(VerdictKind.PASSED);
        assertThat(verdict.passRate()).isEqualTo(1);
        assertThat(verdict.tests()).hasSize(3);
    }

    @Test
    void partialCreditIsPerAssert() {
        assertThat(grade("def weighted_sum(xs):\n    return 46\n").tests())
                .containsExactly(VerdictKind.PASSED, VerdictKind.FAILED, VerdictKind.FAILED);
    }

    @Test
    void longListsOfFloatsArriveToTheBit() {
        String code =
                "def f(n):\n    xs = [(-1) ** i * i / 7 for i in range(n)]\n    return xs, tuple(xs), [xs, xs[:70]], xs + [1]\n"
                        + "def g(xs):\n    xs.append(float('nan'))\n    xs[0] = -0.0\n";
        String want = "xs = [(-1) ** i * i / 7 for i in range(%d)]\na, b, (c, d), e = f(%d)\n"
                + "assert a == xs and b == tuple(xs) and c is a and d == xs[:70] and e == xs + [1] and type(e[-1]) is int\n"
                + "g(a)\nassert len(a) == len(xs) + 1 and str(a[0]) == '-0.0' and a[-1] != a[-1] and a[1:-1] == xs[1:]";
        TestSuite tests =
                TestSuite.of(List.of(want.replace("%d", "63"), want.replace("%d", "64"), want.replace("%d", "90000")));
        assertThat(grade(code, tests)).matches(Verdict::passed, "passed");
        assertThat(grade(code.replace("i / 7", "i / 7.000001"), tests).tests()).containsOnly(VerdictKind.FAILED);
    }

    /** A class that came with an answer is none that the test names: its objects are not asked what they contain or equal. */
    @Test
    void aClassThatCameWithAnAnswerHasNoSay() {
        String code = "class Q:\n    def __init__(self, *a): pass\n    def __contains__(self, x): return True\n"
                + "    def startswith(self, x): return True\n    def make(self): return Q()\ndef f(x):\n    return Q()\n"
                + "class Any(type):\n    def __contains__(self, x): return True\nclass M(metaclass=Any): pass\n";
        List<String> tests = List.of(
                "assert 'expected' in f(1)",
                "made = type(f(1))(2)\nassert 'expected' in made",
                "made = f(1).__class__(2)\nassert 'expected' in made",
                "made = type(f(1).make())(2)\nassert made.startswith('expected')",
                "assert 'expected' in M");
        assertThat(grade(code, TestSuite.of(tests)).tests()).doesNotContain(VerdictKind.PASSED);
        assertThat(grade(code, TestSuite.of(List.of("assert 'expected' in Q(1)"))))
                .as("a class that the test names is what the test is about")
                .matches(Verdict::passed, "passed");
    }

    @Test
    void aHangCostsOneAssertOnly() {
        Verdict verdict = grade(RIGHT.replace("    return", "    while len(xs) == 3: pass\n    return"));
        assertThat(verdict.tests()).containsExactly(VerdictKind.PASSED, VerdictKind.TIMEOUT, VerdictKind.PASSED);
        assertThat(verdict.kind()).isEqualTo(VerdictKind.TIMEOUT);
    }

    @Test
    void endsOfAProcessAreToldApart() {
        assertThat(grade("import sys; sys.exit(0)").kind()).isEqualTo(VerdictKind.ERROR);
        assertThat(grade("import os\ndef weighted_sum(xs):\n    os._exit(0)").kind())
                .isEqualTo(VerdictKind.ERROR);
        assertThat(grade("import os\ndef weighted_sum(xs):\n    os.abort()").kind())
                .isEqualTo(VerdictKind.CRASHED);
        assertThat(grade("def weighted_sum(xs):\n    bytearray(1 << 40)").kind())
                .isEqualTo(VerdictKind.MEMORY);
        assertThat(grade("def weighted_sum(xs):\n    return 'x' * (40 << 20)").kind())
                .isEqualTo(VerdictKind.REJECTED);
        assertThat(grade("def weighted_sum(xs)\n    return 46").kind()).isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void theSetUpMayUseAClassOfTheCandidate() {
        // the shape of MBPP 367: code, then set-up, then tests
        String code = "class Node:\n    def __init__(self, v):\n        self.v = v\ndef value(n):\n    return n.v\n";
        TestSuite tests =
                TestSuite.of(List.of("assert value(root) == 5"), "root = Node(5)", TestSuite.SetupOrder.CODE_FIRST);
        assertThat(grade(code, tests).passed()).isTrue();
        // what uses the program runs in the judge, through the membrane, so it finds the program in either order
        TestSuite before =
                TestSuite.of(List.of("assert value(root) == 5"), "root = Node(5)", TestSuite.SetupOrder.SETUP_FIRST);
        assertThat(grade(code, before).passed()).isTrue();
        assertThat(grade(code.replace("n.v", "n.v + 1"), before).kind()).isEqualTo(VerdictKind.FAILED);
        assertThat(grade("def value(n):\n    return 5\n", before).kind()).isEqualTo(VerdictKind.ERROR);
    }

    @Test
    void aFunctionNamedLikeABuiltinIsFoundFromTheTests() {
        // MBPP 126 defines sum
        TestSuite tests = TestSuite.of(List.of("assert sum(10, 15) == 6", "assert sum(100, 150) == 93"));
        String code = "def sum(a, b):\n"
                + "    return __import__('builtins').sum(i for i in range(1, min(a, b)) if a % i == b % i == 0)\n";
        assertThat(grade(code, tests).passed()).isTrue();
        assertThat(grade("def sum(a, b):\n    return 6\n", tests).passRate()).isEqualTo(0.5);
    }

    @Test
    void loopsAndHelpersRunInTheJudge() {
        TestSuite tests = TestSuite.of(List.of(
                "for i in range(5):\n    assert double(i) == 2 * i",
                "assert all(double(i) == 2 * i for i in range(3))",
                "assert list(map(double, [1, 2])) == [2, 4]",
                "def near(x, y):\n    return abs(double(x) - y) < 1e-9\nassert near(2.5, 5)"));
        assertThat(grade("def double(x):\n    return x + x\n", tests).passed()).isTrue();
        assertThat(grade("def double(x):\n    return x + 1\n", tests).passRate())
                .isZero();
    }

    @Test
    void aCheckProgramCountsItsAsserts() {
        String check = "def check(candidate):\n"
                + "    assert candidate(2) == 4\n"
                + "    for i in range(3):\n"
                + "        assert candidate(i) == i * i\n"
                + "    assert candidate(helper(1)) == 9\n";
        TestSuite tests =
                TestSuite.program(check, "square", "def helper(x):\n    return x + 2\ndef square(x):\n    'squares'\n");
        assertThat(grade("def square(x):\n    return x * x\n", tests).tests())
                .hasSize(3)
                .containsOnly(VerdictKind.PASSED);
        assertThat(grade("def helper(x):\n    return 0\ndef square(x):\n    return 4\n", tests)
                        .tests())
                .containsExactly(VerdictKind.PASSED, VerdictKind.FAILED, VerdictKind.FAILED);
    }

    @Test
    void verdictsComeInInputOrderForSeveralCallers() {
        List<CompletableFuture<Boolean>> callers = new ArrayList<>();
        for (int caller = 0; caller < 4; caller++) {
            int c = caller;
            callers.add(CompletableFuture.supplyAsync(() -> {
                List<Submission> batch = IntStream.range(0, 30)
                        .mapToObj(i -> new Submission(
                                c + "/" + i,
                                "def f(x):\n    return " + (i % 3 == 0 ? "x" : "-x") + " # " + c + " " + i,
                                TestSuite.of(List.of("assert f(1) == 1"))))
                        .toList();
                List<Verdict> verdicts = grader.grade(batch);
                return IntStream.range(0, 30).allMatch(i -> verdicts.get(i).passed() == (i % 3 == 0));
            }));
        }
        assertThat(callers).allMatch(CompletableFuture::join);
    }

    @Test
    void aProgramThatDrawsIsSeededAlikeInEveryAssert() {
        String code = "import random\ndef draw(n):\n    return random.random()\n";
        // random.seed(0); random.random()
        TestSuite tests =
                TestSuite.of(List.of("assert draw(1) == 0.8444218515250481", "assert draw(2) == 0.8444218515250481"));

        assertThat(grade(code, tests).kind()).isEqualTo(VerdictKind.PASSED);
    }

    @Test
    void equalProgramsAreRunOnce() {
        String code = "def weighted_sum(xs):\n    return 1 # once\n";
        long before = grader.graded();
        Verdict first = grade(code);
        Verdict second = grade(code);
        assertThat(second).isEqualTo(first);
        assertThat(grader.graded()).isEqualTo(before + 1);
    }

    @Test
    void brokenTestsGiveNoVerdict() {
        Verdict verdict = grade(RIGHT, TestSuite.of(List.of("assert weighted_sum([1) == 1")));
        assertThat(verdict.kind()).isEqualTo(VerdictKind.NO_VERDICT);
        assertThat(verdict.note()).contains("do not parse");
    }

    @Test
    void limitsOnlyIsRefusedWithoutTheFlag() {
        assertThatThrownBy(() -> GraderSettings.defaults().withLevel("rlimits-only"))
                .hasMessageContaining("unsafe");
    }
}
