package io.maskflow.reward.problem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.reward.PublicData;
import io.maskflow.reward.problem.prompt.Prompt;
import io.maskflow.reward.problem.prompt.PromptTemplate;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading the data sets, and the ceilings of docs/BENCHMARKS.md: their own solutions through their own extraction. */
class AnswerSetTest {
    @TempDir
    Path folder;

    /** How many problems pass when each is answered so. */
    private static long passed(List<AnswerProblem> problems, String rule, Function<AnswerProblem, String> answer) {
        return problems.stream()
                .filter(p -> p.check().check(answer.apply(p), p.rule(rule)).passed())
                .count();
    }

    private static String number(AnswerProblem problem) {
        return problem.reference()
                .substring(problem.reference().lastIndexOf("####") + 4)
                .strip();
    }

    @Test
    void gsm8k() {
        List<AnswerProblem> problems = AnswerSet.GSM8K.read(PublicData.GSM8K.file());
        assertThat(problems).hasSize(1319);
        assertThat(problems.get(0).id()).isEqualTo("gsm8k/1");
        assertThat(problems.get(0).text()).startsWith("Janet’s ducks lay 16 eggs per day.");
        assertThat(passed(problems, "lm-eval-strict", AnswerProblem::reference)).isEqualTo(1319);
        assertThat(passed(problems, "lm-eval-flexible", AnswerProblem::reference))
                .isEqualTo(1319);
        // 14 answers are written with a comma, where the published rule stops.
        assertThat(passed(problems, "evotoken", p -> p.reference() + " \\boxed{" + number(p) + "}"))
                .isEqualTo(1305);
        assertThat(passed(
                        problems,
                        "evotoken",
                        p -> p.reference() + " \\boxed{" + number(p).replace(",", "") + "}"))
                .isEqualTo(1319);
        assertThat(passed(problems, "boxed", p -> p.reference() + " \\boxed{" + number(p) + "}"))
                .isEqualTo(1319);
        assertThat(passed(problems, "evotoken", p -> "\\boxed{" + number(p).replace(",", "") + "1}"))
                .isZero();
    }

    @Test
    void math500() {
        List<AnswerProblem> problems = AnswerSet.MATH500.read(PublicData.MATH500.file());
        assertThat(problems).hasSize(500);
        assertThat(problems.get(0).id()).isEqualTo("test/precalculus/807.json");
        assertThat(passed(problems, "none", AnswerProblem::reference)).isEqualTo(500);
        assertThat(passed(
                        problems,
                        "minerva",
                        p -> "Final Answer: The final answer is $" + field(p, "answer") + "$. I hope it is correct."))
                .isEqualTo(500);
    }

    @Test
    void svamp() {
        List<AnswerProblem> problems = AnswerSet.SVAMP.read(PublicData.SVAMP.file());
        assertThat(problems).hasSize(1000);
        assertThat(problems.get(0).id()).isEqualTo("chal-1");
        assertThat(problems.get(0).text())
                .isEqualTo("Each pack of dvds costs 76 dollars. If there is a discount of 25 dollars on each pack "
                        + "How much do you have to pay to buy each pack?");
        Function<AnswerProblem, String> box = p -> p.reference() + " = \\boxed{" + field(p, "Answer") + "}";
        assertThat(passed(problems, "none", box)).isEqualTo(1000);
        assertThat(passed(problems, "boxed", box)).isEqualTo(1000);
    }

    @Test
    void countdownOfD1IsSolvableEverywhere() {
        List<AnswerProblem> problems = AnswerSet.COUNTDOWN.read(PublicData.COUNTDOWN.file());
        assertThat(problems).hasSize(256);
        assertThat(problems.get(0).text()).isEqualTo("Numbers: [30, 100, 93]\nTarget: 23");
        assertThat(passed(problems, "none", p -> "\\boxed{" + solution(p) + "}"))
                .isEqualTo(256);
    }

    @Test
    void countdownOfDreamPassesByItsOwnChains() {
        for (int n = 3; n <= 5; n++) {
            List<AnswerProblem> problems = AnswerSet.COUNTDOWN.read(
                    PublicData.valueOf("COUNTDOWN_DREAM_" + n).file());
            assertThat(problems).hasSize(1000);
            assertThat(passed(problems, "none", AnswerProblem::reference)).isEqualTo(1000);
        }
    }

    /** Every bracketing of every order of three numbers; the check itself says which is right. */
    private static String solution(AnswerProblem problem) {
        String[] numbers = field(problem, "input").split(",");
        int[][] orders = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
        List<String> tried = new ArrayList<>();
        for (int[] o : orders) {
            for (char first : "+-*/".toCharArray()) {
                for (char second : "+-*/".toCharArray()) {
                    tried.add("(" + numbers[o[0]] + first + numbers[o[1]] + ")" + second + numbers[o[2]]);
                    tried.add(numbers[o[0]] + first + "(" + numbers[o[1]] + second + numbers[o[2]] + ")");
                }
            }
        }
        return tried.stream()
                .filter(e ->
                        problem.check().check("\\boxed{" + e + "}", "evotoken").passed())
                .findFirst()
                .orElse("");
    }

    @Test
    void aSetIsKnownByItsFields() throws IOException {
        Path file = folder.resolve("rows.jsonl");
        Files.writeString(
                file,
                "{\"question\": \"q\", \"answer\": \"#### 1\"}\n{\"problem\": \"p\", \"solution\": \"s\", \"answer\": \"1\"}\n"
                        + "{\"Body\": \"b\", \"Question\": \"q\", \"Answer\": 1.0}\n{\"input\": \"1,2\", \"output\": \"3\"}\n"
                        + "{\"task_id\": 1, \"text\": \"t\", \"test_list\": []}\n");
        assertThat(JsonRows.read(file).stream().map(AnswerSet::of).toList())
                .containsExactly(
                        Optional.of(AnswerSet.GSM8K),
                        Optional.of(AnswerSet.MATH500),
                        Optional.of(AnswerSet.SVAMP),
                        Optional.of(AnswerSet.COUNTDOWN),
                        Optional.empty());
        assertThat(AnswerSet.named("gsm8k")).contains(AnswerSet.GSM8K);
        assertThat(AnswerSet.named("builtin")).isEmpty();
    }

    @Test
    void aBrokenRowIsNamedByFileAndLine() throws IOException {
        assertBroken(AnswerSet.GSM8K, "{\"question\": \"q\", \"answer\": \"5\"}", ":2: answer must end with ####");
        assertBroken(
                AnswerSet.GSM8K,
                "{\"question\": \"q\", \"answer\": \"#### five\"}",
                ":2: answer: the answer must be a number");
        assertBroken(AnswerSet.GSM8K, "{\"question\": \"q\"}", ":2: gsm8k needs question, answer, has no answer");
        assertBroken(
                AnswerSet.SVAMP, "{\"Body\": \"b\", \"Question\": \"q\", \"Answer\": \"x\"}", ":2: Answer: the answer");
        assertBroken(
                AnswerSet.COUNTDOWN,
                "{\"input\": \"1,b\", \"output\": \"3\"}",
                ":2: input must hold whole numbers, was \"b\"");
        assertBroken(
                AnswerSet.COUNTDOWN, "{\"input\": \"1,2\", \"output\": \"1+1=2\"}", ":2: input has too few numbers");
        assertBroken(
                AnswerSet.MATH500,
                "{\"problem\": \"p\", \"solution\": \"s\", \"answer\": \" \"}",
                ":2: answer: the answer must not be empty");
    }

    private void assertBroken(AnswerSet set, String row, String message) throws IOException {
        Path file = folder.resolve("broken.jsonl");
        Files.writeString(file, "\n" + row + "\n");
        assertThatThrownBy(() -> set.read(file))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("broken.jsonl" + message);
    }

    @Test
    void aSelectedRowKeepsItsNameWhenItIsReadAgain() throws IOException {
        List<AnswerProblem> problems = AnswerSet.COUNTDOWN.read(PublicData.COUNTDOWN.file());
        Path file = folder.resolve("selected.jsonl");
        Files.writeString(file, problems.get(7).row() + "\n");
        AnswerProblem again = AnswerSet.COUNTDOWN.read(file).get(0);
        assertThat(again).isEqualTo(problems.get(7));
        assertThat(again.id()).isEqualTo("countdown/8");
    }

    @Test
    void thePublishedPromptsEndWithTheBeginningOfTheAnswer() {
        AnswerProblem problem =
                AnswerSet.COUNTDOWN.read(PublicData.COUNTDOWN.file()).get(0);
        Prompt prompt = PromptTemplate.of("evotoken-countdown").render(problem);
        assertThat(prompt.turns()).hasSize(1);
        assertThat(prompt.turns().get(0).content())
                .startsWith("Using only the provided numbers, ")
                .contains("For example: \\boxed{a + b * c}Respond in the following format:\n<reasoning>\n")
                .endsWith("</answer>\n\nNumbers: [30, 100, 93]\nTarget: 23");
        assertThat(prompt.prefix()).isEqualTo("<reasoning>");
        assertThat(PromptTemplate.of("lm-eval-gsm8k").fill(problem))
                .startsWith("Question: Numbers")
                .endsWith("\nAnswer:");
        assertThatThrownBy(() -> PromptTemplate.of("{text}\n{test_list[0]}").render(problem))
                .hasMessageContaining("problem countdown/1 has 0 asserts");
    }

    @Test
    void aRuleOfAnotherKindIsRefused() {
        AnswerProblem problem =
                AnswerSet.MATH500.read(PublicData.MATH500.file()).get(0);
        assertThat(problem.rule("none")).isEqualTo("evotoken");
        assertThatThrownBy(() -> problem.rule("opencompass-mbpp"))
                .hasMessageContaining("evotoken, minerva")
                .hasMessageContaining("opencompass-mbpp");
        assertThat(problem.check().check("", "minerva").kind()).isEqualTo(VerdictKind.ERROR);
    }

    /** A field of a problem's row, as text. */
    private static String field(AnswerProblem problem, String name) {
        try {
            return new ObjectMapper().readTree(problem.row()).get(name).asText();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
