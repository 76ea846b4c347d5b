package io.maskflow.experiments.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.maskflow.decoder.tokenizer.BytePairTraining;
import io.maskflow.reward.problem.builtin.BuiltinCorpus;
import io.maskflow.reward.problem.builtin.BuiltinProblem;
import io.maskflow.reward.problem.builtin.BuiltinProblems;
import io.maskflow.reward.problem.builtin.Split;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BuiltinModelFilesTest {
    private static final int LONGEST_PROGRAM = 47;
    private static final int LONGEST_SEQUENCE = 160;
    private static final int RESPONSE = 48;

    @Test
    void filesOfTheProjectAreWhatTheirMakerMakes() throws IOException {
        assertThat(resource("tokenizer.json")).isEqualTo(BuiltinModelFiles.tokenizerJson());
        assertThat(resource("config.json")).isEqualTo(BuiltinModelFiles.configJson());
    }

    @Test
    void everyReferenceLeavesRoomForAnEndTokenAndLengthsAreThoseOfTheDesign() throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            for (Split split : Split.values()) {
                List<BuiltinProblem> problems = BuiltinProblems.split(split);
                int[] code = lengths(
                        tokenizer, problems.stream().map(BuiltinProblem::code).toList());
                int[] prompts = lengths(
                        tokenizer,
                        problems.stream()
                                .map(p -> p.text() + "\n" + p.testList().get(0) + "\n")
                                .toList());
                assertThat(code[code.length - 1]).isLessThanOrEqualTo(LONGEST_PROGRAM);
                assertThat(prompts[prompts.length - 1]).isLessThanOrEqualTo(LONGEST_SEQUENCE - RESPONSE);
                assertThat(code[code.length / 2]).isBetween(33, 37);
                assertThat(prompts[prompts.length / 2]).isBetween(37, 42);
            }
        }
    }

    @Test
    void everyProgramOfTheStreamLeavesRoomForAnEndToken() throws IOException {
        BuiltinCorpus corpus = new BuiltinCorpus(11);
        try (HuggingFaceTokenizer tokenizer = tokenizer()) {
            List<BuiltinCorpus.Example> examples =
                    IntStream.range(0, 20_000).mapToObj(corpus::example).toList();
            int[] code = lengths(
                    tokenizer,
                    examples.stream().map(BuiltinCorpus.Example::code).toList());
            int[] prompts = lengths(
                    tokenizer,
                    examples.stream().map(BuiltinCorpus.Example::prompt).toList());
            assertThat(code[code.length - 1]).isLessThanOrEqualTo(LONGEST_PROGRAM);
            assertThat(prompts[prompts.length - 1]).isLessThanOrEqualTo(LONGEST_SEQUENCE - RESPONSE);
        }
    }

    /** Token counts in ascending order, after checking that no text has an unknown or a special token. */
    private static int[] lengths(HuggingFaceTokenizer tokenizer, List<String> texts) {
        int[] lengths = new int[texts.size()];
        for (int i = 0; i < lengths.length; i++) {
            long[] ids = tokenizer.encode(texts.get(i), false, false).getIds();
            assertThat(Arrays.stream(ids).allMatch(id -> id > 2 && id < BuiltinModelFiles.VOCABULARY_SIZE))
                    .as(texts.get(i))
                    .isTrue();
            lengths[i] = ids.length;
        }
        Arrays.sort(lengths);
        return lengths;
    }

    private static HuggingFaceTokenizer tokenizer() throws IOException {
        try (InputStream json = BytePairTraining.class.getResourceAsStream("/builtin/base/tokenizer.json")) {
            return HuggingFaceTokenizer.newInstance(
                    json, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream bytes = BytePairTraining.class.getResourceAsStream("/builtin/base/" + name)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
