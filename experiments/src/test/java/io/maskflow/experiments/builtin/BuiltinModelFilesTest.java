package io.maskflow.experiments.builtin;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuiltinModelFilesTest {
    private static final int LONGEST_PROGRAM = 47;
    private static final int LONGEST_SEQUENCE = 160;
    private static final int RESPONSE = 48;

    private static List<BuiltinModelFiles> models() {
        return List.of(BuiltinModelFiles.BASE, BuiltinModelFiles.SECOND);
    }

    @ParameterizedTest
    @MethodSource("models")
    void filesOfTheProjectAreWhatTheirMakerMakes(BuiltinModelFiles model) throws IOException {
        assertThat(resource(model, "tokenizer.json")).isEqualTo(model.tokenizerJson());
        assertThat(resource(model, "config.json")).isEqualTo(model.configJson());
    }

    @Test
    void theTwoModelsSpellTheSameTextDifferently() throws IOException {
        List<String> prompts = BuiltinProblems.split(Split.TEST).stream()
                .map(BuiltinProblem::text)
                .toList();
        try (HuggingFaceTokenizer base = tokenizer(BuiltinModelFiles.BASE);
                HuggingFaceTokenizer second = tokenizer(BuiltinModelFiles.SECOND)) {
            assertThat(prompts.stream().filter(text -> !Arrays.equals(ids(base, text), ids(second, text))))
                    .hasSizeGreaterThan(prompts.size() / 2);
        }
    }

    private static long[] ids(HuggingFaceTokenizer tokenizer, String text) {
        return tokenizer.encode(text, false, false).getIds();
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyReferenceLeavesRoomForAnEndTokenAndLengthsAreThoseOfTheDesign(BuiltinModelFiles model)
            throws IOException {
        try (HuggingFaceTokenizer tokenizer = tokenizer(model)) {
            for (Split split : Split.values()) {
                List<BuiltinProblem> problems = BuiltinProblems.split(split);
                int[] code = lengths(
                        model,
                        tokenizer,
                        problems.stream().map(BuiltinProblem::code).toList());
                int[] prompts = lengths(
                        model,
                        tokenizer,
                        problems.stream()
                                .map(p -> p.text() + "\n" + p.testList().get(0) + "\n")
                                .toList());
                assertThat(code[code.length - 1]).isLessThanOrEqualTo(LONGEST_PROGRAM);
                assertThat(prompts[prompts.length - 1]).isLessThanOrEqualTo(LONGEST_SEQUENCE - RESPONSE);
                assertThat(code[code.length / 2]).isBetween(30, 37);
                assertThat(prompts[prompts.length / 2]).isBetween(33, 42);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("models")
    void everyProgramOfTheStreamLeavesRoomForAnEndToken(BuiltinModelFiles model) throws IOException {
        BuiltinCorpus corpus = new BuiltinCorpus(11);
        try (HuggingFaceTokenizer tokenizer = tokenizer(model)) {
            List<BuiltinCorpus.Example> examples =
                    IntStream.range(0, 20_000).mapToObj(corpus::example).toList();
            int[] code = lengths(
                    model,
                    tokenizer,
                    examples.stream().map(BuiltinCorpus.Example::code).toList());
            int[] prompts = lengths(
                    model,
                    tokenizer,
                    examples.stream().map(BuiltinCorpus.Example::prompt).toList());
            assertThat(code[code.length - 1]).isLessThanOrEqualTo(LONGEST_PROGRAM);
            assertThat(prompts[prompts.length - 1]).isLessThanOrEqualTo(LONGEST_SEQUENCE - RESPONSE);
        }
    }

    /** Token counts in ascending order, after checking that no text has an unknown or a special token. */
    private static int[] lengths(BuiltinModelFiles model, HuggingFaceTokenizer tokenizer, List<String> texts) {
        int[] lengths = new int[texts.size()];
        for (int i = 0; i < lengths.length; i++) {
            long[] ids = tokenizer.encode(texts.get(i), false, false).getIds();
            assertThat(Arrays.stream(ids).allMatch(id -> id > 2 && id < model.vocabularySize()))
                    .as(texts.get(i))
                    .isTrue();
            lengths[i] = ids.length;
        }
        Arrays.sort(lengths);
        return lengths;
    }

    private static HuggingFaceTokenizer tokenizer(BuiltinModelFiles model) throws IOException {
        try (InputStream json =
                BytePairTraining.class.getResourceAsStream("/builtin/" + model.name() + "/tokenizer.json")) {
            return HuggingFaceTokenizer.newInstance(
                    json, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        }
    }

    private static String resource(BuiltinModelFiles model, String name) throws IOException {
        try (InputStream bytes = BytePairTraining.class.getResourceAsStream("/builtin/" + model.name() + "/" + name)) {
            return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
