package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.PublicData;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.HumanEvalProblems;
import io.maskflow.reward.problem.MbppProblems;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On programs that do not cheat, the grader says what plain exec() says. */
class HonestProgramsTest {
    /** Right programs in odd clothes; NAME is the function under test, defined above. */
    private static final List<String> CLOTHES = List.of(
            "_f = NAME\ndef NAME(*a, **k):\n    print('debug ' * 1000)\n    return _f(*a, **k)\n",
            "_f = NAME\nNAME = lambda *a, **k: _f(*a, **k)\n",
            "_f = NAME\nclass Call:\n    def __call__(self, *a):\n        return _f(*a)\nNAME = Call()\n",
            "import functools\ndef twice(f):\n    @functools.wraps(f)\n    def g(*a):\n        f(*a)\n        return f(*a)\n    return g\n",
            "import functools\nNAME = functools.partial(NAME)\n",
            "_f = NAME\nclass Solution:\n    @staticmethod\n    def solve(*a):\n        return _f(*a)\nNAME = Solution.solve\n",
            "_f = NAME\nimport threading\ndef NAME(*a):\n    out = []\n    t = threading.Thread(target=lambda: out.append(_f(*a)))\n"
                    + "    t.start()\n    t.join()\n    return out[0]\n",
            "_f = NAME\ndef _g(*a):\n    yield _f(*a)\ndef NAME(*a):\n    return next(_g(*a))\n",
            "_f = NAME\nclass L(list): pass\nclass I(int): pass\nclass S(str): pass\ndef NAME(*a):\n    r = _f(*a)\n"
                    + "    return {list: L, int: I, str: S}.get(type(r), lambda x: x)(r)\n",
            "_f = NAME\nimport copy, sys\nsys.setrecursionlimit(5000)\ndef NAME(*a):\n    return copy.deepcopy(_f(*a))\n",
            "_f = NAME\nimport contextlib, io\ndef NAME(*a):\n    with contextlib.redirect_stdout(io.StringIO()):\n        print('x')\n"
                    + "        return _f(*a)\n",
            "_f = NAME\ndef NAME(*a):\n    try:\n        raise ValueError\n    except ValueError:\n        return _f(*a)\n    finally:\n        pass\n",
            "if __name__ == '__main__':\n    raise SystemExit('not as a program')\n",
            "globals()['NAME'] = globals().pop('NAME')\n",
            "import logging, warnings\nlogging.warning('x')\nwarnings.warn('y')\n",
            "_f = NAME\nimport signal\ndef NAME(*a):\n    signal.alarm(30)\n    r = _f(*a)\n    signal.alarm(0)\n    return r\n",
            "_f = NAME\nasync def _a(*a):\n    return _f(*a)\ndef NAME(*a):\n    c = _a(*a)\n    try:\n        c.send(None)\n"
                    + "    except StopIteration as e:\n        return e.value\n",
            "_f = NAME\nfrom concurrent.futures import ThreadPoolExecutor\ndef NAME(*a):\n"
                    + "    with ThreadPoolExecutor(2) as p:\n        return p.submit(_f, *a).result()\n",
            "_f = NAME\nimport pickle\ndef NAME(*a):\n    return pickle.loads(pickle.dumps(_f(*a)))\n",
            "import sys\nsys.stdout = sys.stderr = None\n",
            "_f = NAME\nfrom dataclasses import dataclass\n@dataclass\nclass Box:\n    v: object\ndef NAME(*a):\n    return Box(_f(*a)).v\n");

    /** Right programs whose answers are of odd types that compare like plain ones. */
    private static final List<String> RETURNS = List.of(
            "class L(list):\n    pass\nclass T(tuple):\n    pass\nclass D(dict):\n    pass\nclass S(str):\n    pass\n"
                    + "def odd(r):\n    return {list: L, tuple: T, dict: D, str: S}.get(type(r), lambda x: x)(r)\n",
            "class I(int):\n    pass\nclass F(float):\n    pass\n"
                    + "def odd(r):\n    return {int: I, float: F}.get(type(r), lambda x: x)(r)\n",
            "from collections import namedtuple, OrderedDict\ndef odd(r):\n    if type(r) is tuple and r:\n"
                    + "        return namedtuple('N', ['f%d' % i for i in range(len(r))])(*r)\n"
                    + "    return OrderedDict(r) if type(r) is dict else r\n",
            "from collections import defaultdict, Counter\ndef odd(r):\n    if type(r) is dict:\n"
                    + "        return defaultdict(list, r)\n    return frozenset(r) if type(r) is set else r\n",
            "from fractions import Fraction\nfrom decimal import Decimal\ndef odd(r):\n"
                    + "    return Fraction(r) if type(r) is int else complex(r) if type(r) is float else r\n",
            "import enum\ndef odd(r):\n    if type(r) is int and abs(r) < 10 ** 9:\n"
                    + "        return enum.IntEnum('E', {'A': r}).A\n    return bytearray(r) if type(r) is bytes else r\n",
            "class Loud(list):\n    def __len__(self):\n        return list.__len__(self)\n    def __iter__(self):\n"
                    + "        return list.__iter__(self)\n    def append(self, x):\n        print(x)\n"
                    + "def odd(r):\n    return Loud(r) if type(r) is list else r\n",
            "class Lazy(dict):\n    def __missing__(self, k):\n        return None\ndef odd(r):\n"
                    + "    return Lazy(r) if type(r) is dict else r + type(r)() if type(r) in (list, tuple, str) else r\n");

    private static Grader grader;

    @BeforeAll
    static void open() {
        grader = new Grader(GraderSettings.defaults().withWorkers(2));
    }

    @AfterAll
    static void close() {
        grader.close();
    }

    /** The sample takes every fourth problem, here and below. */
    @Test
    void mbppReferencesPassWithTheirChallengeTests() {
        List<CodingProblem> problems = Trials.mbpp();
        assertThat(problems.stream()
                        .mapToInt(p -> p.allTests().asserts().size())
                        .sum())
                .isEqualTo(2938);
        allPass(sample(problems, 4));
    }

    @Test
    void sanitizedReferencesPass() {
        List<CodingProblem> problems = MbppProblems.read(PublicData.MBPP_SANITIZED.file());
        assertThat(problems).hasSize(427);
        allPass(sample(problems, 4));
    }

    private static <T> List<T> sample(List<T> all, int every) {
        int step = Trials.full() ? 1 : every;
        return IntStream.range(0, all.size())
                .filter(i -> i % step == 0)
                .mapToObj(all::get)
                .toList();
    }

    @Test
    void everyHumanEvalReferencePassesAtEveryAssertSite() {
        List<Verdict> verdicts = allPass(HumanEvalProblems.read(PublicData.HUMANEVAL.file()));
        assertThat(verdicts).hasSize(164);
        assertThat(verdicts.stream().mapToInt(v -> v.tests().size()).sum()).isEqualTo(1181);
    }

    private static List<Verdict> allPass(List<CodingProblem> problems) {
        List<Verdict> verdicts = grader.grade(problems.stream()
                .map(p -> new Submission(p.id(), p.reference(), p.allTests()))
                .toList());
        for (int i = 0; i < verdicts.size(); i++) {
            assertThat(verdicts.get(i)).as(problems.get(i).id()).matches(Verdict::passed);
        }
        return verdicts;
    }

    @Test
    void rightProgramsInOddClothesPass() throws IOException {
        List<Submission> programs = new ArrayList<>();
        List<CodingProblem> problems = sample(Trials.mbpp().subList(10, 26), 3);
        for (CodingProblem problem : problems) {
            Matcher name = Pattern.compile("assert \\(*(\\w+)\\(")
                    .matcher(problem.visibleTests().get(0));
            assertThat(name.find()).as(problem.id()).isTrue();
            for (int i = 0; i < CLOTHES.size(); i++) {
                String code = problem.reference() + "\n" + CLOTHES.get(i).replace("NAME", name.group(1));
                code = i % 3 == 0 ? code.replace("\n", "\r\n") : code;
                programs.add(new Submission(problem.id() + "/" + i, code, problem.tests()));
            }
        }
        assertThat(programs).hasSizeGreaterThan(Trials.full() ? 300 : 100);
        compareWithPlainExec(programs, true);
    }

    /** The sample takes every 40th problem; the full trial has more than 20,000 pairs of program and assert. */
    @Test
    void rightProgramsOfOddReturnTypesPass() throws IOException {
        List<Submission> programs = new ArrayList<>();
        List<CodingProblem> problems = Trials.mbpp();
        for (int i = 0; i < problems.size(); i += Trials.full() ? 1 : 40) {
            CodingProblem problem = problems.get(i);
            Matcher name = Pattern.compile("assert \\(*(?:set\\(|math\\.isclose\\()?(\\w+)\\(")
                    .matcher(problem.visibleTests().get(0));
            if (problem.id().equals("123") || !name.find() || name.group(1).equals("isinstance")) {
                continue;
            }
            for (int k = 0; k < RETURNS.size(); k++) {
                String wrapper = "_f = NAME\ndef NAME(*a, **k):\n    return odd(_f(*a, **k))\n";
                String code = problem.reference() + "\n" + RETURNS.get(k) + wrapper.replace("NAME", name.group(1));
                programs.add(new Submission(problem.id() + "/" + k, code, problem.tests()));
            }
        }
        int pairs = programs.stream().mapToInt(p -> p.tests().asserts().size()).sum();
        System.out.println(pairs + " pairs of program and assert, odd return types");
        assertThat(pairs).isGreaterThan(Trials.full() ? 20_000 : 500);
        compareWithPlainExec(programs, false);
    }

    @Test
    void mutantsFailWhereTheyFailUnderPlainExec() throws IOException {
        List<JsonNode> references = Trials.mbpp().stream()
                .filter(p -> Integer.parseInt(p.id()) % (Trials.full() ? 3 : 12) == 1 && !p.id().equals("123"))
                .map(p -> Trials.row(p.reference(), p.tests()))
                .toList();
        List<Submission> mutants = new ArrayList<>();
        for (JsonNode row : Trials.python("mutate.py", references, "1")) {
            List<String> tests = new ArrayList<>();
            row.get("tests").forEach(t -> tests.add(t.asText()));
            mutants.add(new Submission(
                    "mutant " + mutants.size(),
                    row.get("code").asText(),
                    TestSuite.of(tests, row.get("setup").asText(), TestSuite.SetupOrder.CODE_FIRST)));
        }
        assertThat(mutants).hasSizeGreaterThan(Trials.full() ? 200 : 50);
        int failed = compareWithPlainExec(mutants, false);
        assertThat(failed).as("mutants that plain exec fails").isGreaterThan(Trials.full() ? 100 : 25);
    }

    /** Demands the same answer per assert. Returns how many programs plain exec fails. */
    private static int compareWithPlainExec(List<Submission> programs, boolean allRight) throws IOException {
        List<JsonNode> plain = Trials.python(
                "plain.py",
                programs.stream().map(s -> Trials.row(s.code(), s.tests())).toList());
        SandboxLimits limits = new SandboxLimits(2, 10, 512);
        int failed = 0;
        List<String> differences = new ArrayList<>();
        try (Grader own = new Grader(GraderSettings.defaults().withWorkers(2).withLimits(limits))) {
            List<Verdict> verdicts = own.grade(programs);
            for (int i = 0; i < programs.size(); i++) {
                List<Boolean> expected = new ArrayList<>();
                plain.get(i).forEach(b -> expected.add(b.asBoolean()));
                List<Boolean> seen = verdicts.get(i).tests().stream()
                        .map(k -> k == VerdictKind.PASSED)
                        .toList();
                if (!seen.equals(expected) || allRight && expected.contains(false)) {
                    differences.add(programs.get(i).id() + ": plain " + expected + ", grader " + verdicts.get(i) + "\n"
                            + programs.get(i).code());
                }
                failed += expected.contains(false) ? 1 : 0;
            }
        }
        assertThat(differences).isEmpty();
        return failed;
    }
}
