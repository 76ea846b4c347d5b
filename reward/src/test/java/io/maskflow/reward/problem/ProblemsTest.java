package io.maskflow.reward.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.reward.PublicData;
import io.maskflow.reward.problem.prompt.Prompt;
import io.maskflow.reward.problem.prompt.PromptTemplate;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.TestSuite;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemsTest {
    @TempDir
    Path folder;

    private static List<CodingProblem> mbpp() {
        return MbppProblems.read(PublicData.MBPP.file());
    }

    @Test
    void aBrokenLineIsNamedByFileAndLine() throws IOException {
        Path file = folder.resolve("problems.jsonl");
        Files.writeString(
                file,
                "{\"task_id\": 1, \"text\": \"t\", \"code\": \"\", \"test_list\": [\"assert f() == 1\"]}\n\n"
                        + "{\"task_id\": 2,\n");
        assertThatThrownBy(() -> MbppProblems.read(file))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("problems.jsonl:3: broken JSON");
        Files.writeString(
                file, "{\"task_id\": 1, \"text\": \"t\", \"code\": \"\", \"test_list\": \"assert f() == 1\"}\n");
        assertThatThrownBy(() -> MbppProblems.read(file))
                .hasMessageContaining("problems.jsonl:1: test_list must be a list of texts");
        assertThatThrownBy(() -> MbppProblems.read(folder.resolve("nowhere.jsonl")))
                .hasMessageContaining("no such file");
    }

    @Test
    void lineEndsAndTabsAreNormalised() {
        assertThat(MbppProblems.normalise("def f(x):\r\n\tif x: \r\n\t\treturn 1\r\n"))
                .isEqualTo("def f(x):\n    if x:\n        return 1");
        assertThat(mbpp()).noneMatch(p -> p.reference().contains("\r"));
        assertThat(mbpp()).hasSize(974);
    }

    @Test
    void theWorldsPromptIsTextAndFirstAssert() {
        CodingProblem second = mbpp().get(1);
        assertThat(PromptTemplate.of("{text}\n{test_list[0]}\n").fill(second))
                .isEqualTo("Write a function to find the similar elements from the given two tuple lists.\n"
                        + "assert similar_elements((3, 4, 5, 6),(5, 7, 4, 10)) == (4, 5)\n");
        assertThatThrownBy(() -> PromptTemplate.of("{txt}")).hasMessageContaining("{txt}");
        assertThatThrownBy(() -> PromptTemplate.of("{test_list[7]}").fill(second))
                .hasMessageContaining("test_list[7]");
    }

    @Test
    void thePaperPromptHasThreeExamplesWithABlankBeforeTheTests() {
        Prompt prompt = PromptTemplate.byName("opencompass-mbpp").render(mbpp().get(10));
        assertThat(prompt.turns()).hasSize(7);
        assertThat(prompt.turns().get(1).content())
                .isEqualTo("[BEGIN]\n"
                        + " 'def similar_elements(test_tup1, test_tup2):\r\n"
                        + "  res = tuple(set(test_tup1) & set(test_tup2))\r\n"
                        + "  return (res)' \n"
                        + "[DONE] \n\n"
                        + " ");
        assertThat(prompt.turns().get(0).content())
                .endsWith("tests:\n\n assert similar_elements((3, 4, 5, 6),(5, 7, 4, 10)) == (4, 5)\n"
                        + "assert similar_elements((1, 2, 3, 4),(5, 4, 3, 7)) == (3, 4) \n"
                        + "assert similar_elements((11, 12, 14, 13),(17, 15, 14, 13)) == (13, 14) \n");
        assertThat(prompt.turns().get(6).content())
                .endsWith("  \n")
                .contains(" Your code should pass these tests:\n\n assert");
    }

    @Test
    void everyNamedPromptFitsAProblemOfItsSet() {
        CodingProblem humanEval =
                HumanEvalProblems.read(PublicData.HUMANEVAL.file()).get(0);
        for (String name : PromptTemplate.names()) {
            CodingProblem problem = name.contains("humaneval") ? humanEval : mbpp().get(10);
            assertThat(PromptTemplate.byName(name).fill(problem))
                    .as(name)
                    .contains(problem.text().strip());
        }
    }

    /** The ceiling of a rule: what it loses on perfect answers. 499 test rows without task 123, no set-up code, as published. */
    @Test
    void thePaperExtractionLosesFourOf499References() {
        AnswerExtraction rule = AnswerExtraction.named("opencompass-mbpp");
        List<Submission> changed = new ArrayList<>();
        for (CodingProblem p : mbpp().subList(10, 510)) {
            if (!p.id().equals("123")) {
                String cut = rule.extract("[BEGIN]\n '" + p.reference() + "' \n[DONE] \n\n ", p);
                if (!cut.equals(p.reference().strip()) || !p.tests().setup().isEmpty()) {
                    changed.add(new Submission(p.id(), cut, TestSuite.of(p.visibleTests())));
                }
            }
        }
        try (Grader grader = new Grader(GraderSettings.defaults())) {
            List<Verdict> verdicts = grader.grade(changed);
            List<String> lost = new ArrayList<>();
            for (int i = 0; i < changed.size(); i++) {
                if (!verdicts.get(i).passed()) {
                    lost.add(changed.get(i).id());
                }
            }
            assertThat(lost).containsExactly("44", "217", "337", "367");
        }
    }

    @Test
    void theFencedFunctionIsTheHumanEvalCeilingAndABareBodyIsLost() {
        List<CodingProblem> problems = HumanEvalProblems.read(PublicData.HUMANEVAL.file());
        AnswerExtraction rule = AnswerExtraction.named("opencompass-humaneval");
        List<Submission> whole = new ArrayList<>();
        List<Submission> bodies = new ArrayList<>();
        for (CodingProblem p : problems) {
            String body = p.reference().substring(p.text().length());
            whole.add(p.submission(rule.extract("Sure:\n```python\n" + p.reference() + "\n```\nDone.", p)));
            bodies.add(p.submission(rule.extract("```python\n" + body + "\n```", p)));
        }
        try (Grader grader = new Grader(GraderSettings.defaults())) {
            assertThat(grader.grade(whole)).allMatch(Verdict::passed);
            assertThat(grader.grade(bodies)).noneMatch(Verdict::passed);
        }
    }

    @Test
    void theLmEvalBlockEatsTheFirstWordOfCodeThatStartsAtOnce() {
        CodingProblem p = mbpp().get(10);
        AnswerExtraction rule = AnswerExtraction.named("lm-eval-mbpp-instruct");
        assertThat(rule.extract(p.reference() + "\n```", p)).startsWith(" remove_Occ"); // "def" taken for a language
        assertThat(rule.extract("\n" + p.reference() + "\n```", p)).isEqualTo(p.reference());
        assertThat(rule.extract(p.reference(), p)).isEmpty();
    }

    /** One more than published: the test of HumanEval/50 calls a helper that the clean-up drops; here it comes from the prompt. */
    @Test
    void theDreamCleanUpKeepsWhatTheEntryPointReaches() {
        List<CodingProblem> problems = HumanEvalProblems.read(PublicData.HUMANEVAL.file());
        AnswerExtraction rule = AnswerExtraction.named("dream-humaneval");
        assertThat(lost(problems, p -> rule.extract("Sure:\n```python\n" + p.reference() + "\n```\nDone.", p)))
                .isEmpty();
        CodingProblem fifty = problems.get(50);
        String body = fifty.reference().substring(fifty.text().length());
        assertThat(rule.extract(body, fifty)).contains("def decode_shift").doesNotContain("def encode_shift");
        assertThat(lost(
                        problems,
                        p -> rule.extract(p.reference().substring(p.text().length()), p)))
                .isEmpty();
    }

    @Test
    void theEvalPlusCleanUpLosesNoReference() {
        List<CodingProblem> problems = HumanEvalProblems.read(PublicData.HUMANEVAL.file());
        for (String name : List.of("evalplus-chat", "qwencoder-evalplus")) {
            AnswerExtraction rule = AnswerExtraction.named(name);
            assertThat(lost(problems, p -> rule.extract(p.reference() + "\n```\nThis function is right.", p)))
                    .as(name)
                    .isEmpty();
        }
    }

    /** Ids of the problems whose extracted program no longer passes. */
    private static List<String> lost(List<CodingProblem> problems, Function<CodingProblem, String> program) {
        try (Grader grader = new Grader(GraderSettings.defaults())) {
            List<Verdict> verdicts = grader.grade(
                    problems.stream().map(p -> p.submission(program.apply(p))).toList());
            return IntStream.range(0, problems.size())
                    .filter(i -> !verdicts.get(i).passed())
                    .mapToObj(i -> problems.get(i).id())
                    .toList();
        }
    }

    @Test
    void theOtherRulesCutAtTheirStops() {
        CodingProblem p = mbpp().get(10);
        assertThat(AnswerExtraction.named("none").extract(" x ", p)).isEqualTo(" x ");
        assertThat(AnswerExtraction.named("lm-eval-mbpp").extract("a\n[DONE]\nb", p))
                .isEqualTo("a\n");
        assertThat(AnswerExtraction.named("dream-mbpp-instruct").extract("a\n```\nb", p))
                .isEqualTo("a\n");
        assertThat(AnswerExtraction.named("first-python-block").extract("x\n```python\na\n```\nb", p))
                .isEqualTo("a\n");
        assertThat(AnswerExtraction.named("bigcode-mbpp").extract("a\nassert b\nclass c", p))
                .isEqualTo("a");
        assertThatThrownBy(() -> AnswerExtraction.named("regex")).hasMessageContaining("none, opencompass-mbpp");
    }
}
