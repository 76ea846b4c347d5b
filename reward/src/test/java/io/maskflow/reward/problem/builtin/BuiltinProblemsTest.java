package io.maskflow.reward.problem.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BuiltinProblemsTest {

    @Test
    void splitsAreLargeEnoughToSeparateDecoders() {
        assertThat(BuiltinProblems.split(Split.TRAIN)).hasSizeGreaterThan(4000);
        assertThat(BuiltinProblems.split(Split.VALIDATION)).hasSize(200);
        assertThat(BuiltinProblems.split(Split.TEST)).hasSize(640);
    }

    @Test
    void noCompositionAndNoTextOccursTwiceInTheWorld() {
        List<BuiltinProblem> all = Stream.of(Split.values())
                .map(BuiltinProblems::split)
                .flatMap(List::stream)
                .toList();
        assertThat(all).extracting(BuiltinProblem::composition).doesNotHaveDuplicates();
        assertThat(all).extracting(BuiltinProblem::text).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void everyReferencePassesItsAssertsInPython(Split split) throws Exception {
        List<BuiltinProblem> problems = BuiltinProblems.split(split);
        PythonRun python = new PythonRun();
        for (BuiltinProblem problem : problems) {
            python.add(problem.code(), problem.testList());
        }
        assertThat(python.verdicts()).hasSameSizeAs(problems).containsOnly("passed");
    }

    @ParameterizedTest
    @EnumSource(Split.class)
    void noConstantAnswerPassesAndNoAssertOccursTwice(Split split) {
        for (BuiltinProblem problem : BuiltinProblems.split(split)) {
            assertThat(problem.testList()).hasSize(3).doesNotHaveDuplicates();
            Set<String> values = problem.testList().stream()
                    .map(test -> test.substring(test.indexOf("==")))
                    .collect(Collectors.toSet());
            assertThat(values).as(problem.composition()).hasSizeGreaterThan(1);
        }
    }

    @Test
    void programWithoutTheFilterFails() throws Exception {
        PythonRun python = new PythonRun();
        int altered = 0;
        for (BuiltinProblem problem : BuiltinProblems.split(Split.TEST)) {
            // One-line comprehensions only: there the filter is a suffix that can be cut off.
            String unfiltered = problem.code().replaceFirst("( in [^\\[\\]]*?) if [^\\])]*", "$1");
            if (problem.composition().startsWith("num|list")
                    && problem.code().lines().count() == 2
                    && !unfiltered.equals(problem.code())) {
                python.add(unfiltered, problem.testList());
                altered++;
            }
        }
        assertThat(altered).isGreaterThan(50);
        assertThat(python.verdicts()).hasSize(altered).doesNotContain("passed").allMatch(v -> v.contains("Error"));
    }

    @Test
    void constantsAreDisjointByRole() {
        Set<String> seen = new HashSet<>();
        for (BuiltinProblem problem : BuiltinProblems.split(Split.TRAIN)) {
            String[] parts = problem.composition().split("\\|");
            if (parts[0].equals("num")) {
                assertThat(parts[2]).matches("[a-z]+[357]?");
                assertThat(parts[3]).matches("[a-z]+[246]?");
                seen.add(parts[2].replaceAll("[a-z]", "") + "/" + parts[3].replaceAll("[a-z]", ""));
            }
        }
        assertThat(seen).contains("3/2", "5/4", "7/6");
    }

    @Test
    void jsonLinesHaveTheFieldsOfMbpp() throws Exception {
        List<String> lines = BuiltinProblems.jsonLines(Split.VALIDATION).lines().toList();
        assertThat(lines).hasSize(200);
        JsonNode first = new ObjectMapper().readTree(lines.get(0));
        assertThat(first.get("task_id").isInt()).isTrue();
        assertThat(first.get("text").asText()).startsWith("Write a function to ");
        assertThat(first.get("code").asText()).startsWith("def ");
        assertThat(first.get("test_list").size()).isEqualTo(3);
        assertThat(first.get("test_setup_code").asText()).isEmpty();
        assertThat(first.get("challenge_test_list").isEmpty()).isTrue();
    }

    /** A golden hash: a checkpoint's card names these bytes, so they change only on purpose and with new checkpoints. */
    @ParameterizedTest
    @CsvSource({
        "TRAIN, 99e2bc6488b4dadf061dfb80a9ea065cd9876552bea3810cef5f80f7048c1659",
        "VALIDATION, 402b550369176f4ac7676624a5ca58e059788e160aa6812da22410cb902bada1",
        "TEST, 106d7edd1546e661ef624f5e97b604997e4828c4413e5b8c1a5d012b7a7f9f3a"
    })
    void bytesAreTheOnesThatTheCheckpointsWereMadeWith(Split split, String sha256) throws Exception {
        byte[] bytes = BuiltinProblems.jsonLines(split).getBytes(StandardCharsets.UTF_8);
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(sha256);
    }

    @Test
    void splitIsReadFromItsWord() {
        assertThat(Split.of("valid")).isEqualTo(Split.VALIDATION);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Split.of("dev"))
                .withMessage("built-in problems are builtin:train, builtin:valid, builtin:test, was \"builtin:dev\"");
    }
}
