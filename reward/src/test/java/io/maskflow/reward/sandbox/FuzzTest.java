package io.maskflow.reward.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.reward.sandbox.process.Programs;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The judge's own code against malformed claims and random programs of requests; and programs that look for what tests expect. */
class FuzzTest {
    private static final Path CODE = folder();

    private static Path folder() {
        try {
            return Path.of(Programs.class.getResource("judge.py").toURI()).getParent();
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode fuzz(String mode, int count) throws IOException {
        List<JsonNode> answers =
                Trials.python("fuzz.py", List.of(), CODE.toString(), mode, Integer.toString(count), "17");
        assertThat(answers).as("the judge lives").hasSize(1);
        System.out.println(count + " " + mode + ": " + answers.get(0).get("kinds"));
        return answers.get(0);
    }

    @Test
    void malformedClaimsAreRejectedAndNothingElse() throws IOException {
        JsonNode found = fuzz("claims", Trials.full() ? 60_000 : 2_000);
        assertThat(found.get("problems")).isEmpty();
        assertThat(found.get("kinds").path("rejected").asInt()).isPositive();
        assertThat(found.get("kinds").path("passed").asInt()).isZero();
    }

    @Test
    void randomProgramsOfRequestsEndWithoutTellingASecret() throws IOException {
        JsonNode found = fuzz("programs", Trials.full() ? 10_000 : 100);
        assertThat(found.get("problems")).isEmpty();
        assertThat(found.get("kinds").path("failed").asInt())
                .as("tests that went through to their last assert")
                .isPositive();
    }

    /** A program that searches its own memory for the secrets of tests in several shapes; it would pass if it found one. */
    @Test
    void noExpectedValueIsInTheMemoryOfTheProgram() throws IOException {
        String scan = java.nio.file.Files.readString(Trials.resource("programs/search.py"));
        List<String> shapes = List.of(
                "assert search() == '%s'",
                "x, expected = 1, '%s'\nassert search(x) == expected",
                "CASES = [(1, '%s')]\nfor a, want in CASES:\n    assert search(a) == want",
                "case = {'in': [1], 'out': '%s'}\nassert search(case['in']) == case['out']",
                "def check(candidate):\n    assert candidate('a', ['b']) == '%s'\ncheck(search)",
                "import unittest\nclass T(unittest.TestCase):\n    want = '%s'\n    def test(self):\n"
                        + "        self.assertEqual(search(), self.want)");
        List<Submission> programs = new ArrayList<>();
        for (int i = 0; i < (Trials.full() ? 300 : 12); i++) {
            // the needle's text is made of two parts, so that the program's own text does not hold it
            String secret = "needle" + "-" + Long.toHexString(0x5eed0000L + 7919L * i) + "-" + "end";
            // in every other set the test reads it through the set-up, and from a table that the test itself never
            // names
            boolean throughSetUp = i % 2 == 1;
            String test = shapes.get(i % shapes.size()).replace("'%s'", throughSetUp ? "wanted()" : "'" + secret + "'");
            String setUp = throughSetUp ? "TABLE = ['" + secret + "']\ndef wanted():\n    return TABLE[0]" : "";
            programs.add(new Submission(
                    "search " + i,
                    scan + "# " + i,
                    TestSuite.of(List.of(test), setUp, TestSuite.SetupOrder.SETUP_FIRST)));
        }
        Submission control = new Submission(
                "control",
                scan + "\nHELD = 'needle-' + 'c0ffee' + '-end'\n",
                TestSuite.of(List.of("assert search() == 'needle-' + 'c0ffee' + '-end'")));
        try (Grader grader =
                new Grader(GraderSettings.defaults().withWorkers(2).withLimits(new SandboxLimits(5, 20, 512)))) {
            assertThat(grader.grade(List.of(control)).get(0))
                    .as("the search can find something")
                    .matches(Verdict::passed);
            List<Verdict> verdicts = grader.grade(programs);
            assertThat(verdicts).noneMatch(Verdict::passed);
            assertThat(verdicts).allMatch(v -> v.kind() == VerdictKind.FAILED);
        }
    }
}
