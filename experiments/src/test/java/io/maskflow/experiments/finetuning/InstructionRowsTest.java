package io.maskflow.experiments.finetuning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.alignment.data.InstructionData;
import io.maskflow.alignment.data.InstructionData.BadRows;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.problems.FolderChatTemplate;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows of instruction files as token ids. The built-in tokenizer splits any text into bytes at worst. */
class InstructionRowsTest {

    @TempDir
    Path folder;

    private Path file;

    private static InstructionData data(int longestPrompt, int shortestAnswer, BadRows badRows) {
        return new InstructionData("rows.jsonl", false, longestPrompt, shortestAnswer, List.of("<tool_call>"), badRows);
    }

    private static final InstructionData ALL = data(2048, 1, BadRows.STOP);

    /** Each pair as {@code prompt -> answer}. */
    private List<String> read(InstructionData data, ChatTemplate chat, boolean answers, String... rows)
            throws IOException {
        file = Files.write(folder.resolve("rows.jsonl"), List.of(rows));
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            return new InstructionRows(data, chat, tokenizer, 2048, 48, answers)
                    .read(file, 3).stream()
                            .map(row -> tokenizer.decode(row.promptIds()) + " -> " + tokenizer.decode(row.answerIds()))
                            .toList();
        }
    }

    @Test
    void promptAndResponseStandAsTheyAre() throws IOException {
        assertThat(
                        read(
                                ALL,
                                ChatTemplate.PLAIN,
                                true,
                                "{\"prompt\": \"add one\", \"response\": \"x + 1\"}",
                                "{\"prompt\": [{\"role\": \"user\", \"content\": \"two\"}], \"completion\": \"x + 2\", \"id\": 7}"))
                .containsExactly("add one -> x + 1", "two -> x + 2");
    }

    /** One of the templates that {@code JinjaChatTemplateTest} compares with transformers. */
    private ChatTemplate chat(String template, String begin) throws IOException {
        Path model = Files.createDirectories(folder.resolve(template));
        try (InputStream jinja = getClass().getResourceAsStream("/chat-templates/" + template + ".jinja")) {
            Files.copy(jinja, model.resolve("chat_template.jinja"));
        }
        Files.writeString(model.resolve("tokenizer_config.json"), "{\"bos_token\": \"" + begin + "\"}");
        return FolderChatTemplate.of(model, "data.chat");
    }

    @Test
    void theLastMessageIsTheAnswerAndThoseBeforeItThePrompt() throws IOException {
        String row =
                "{\"messages\": [{\"role\": \"system\", \"content\": \"be short\"}, {\"role\": \"user\", \"content\": \"one\"},"
                        + " {\"role\": \"assistant\", \"content\": \"1\"}, {\"role\": \"user\", \"content\": \"two\"},"
                        + " {\"role\": \"assistant\", \"content\": \"2\"}]}";
        assertThat(read(ALL, chat("tools", ""), true, row))
                .containsExactly("<|im_start|>system\nbe short<|im_end|>\n<|im_start|>user\none<|im_end|>\n"
                        + "<|im_start|>assistant\n1<|im_end|>\n<|im_start|>user\ntwo<|im_end|>\n<|im_start|>assistant\n"
                        + " -> 2<|im_end|>");
        assertThat(read(ALL, chat("headers", "<|startoftext|>"), true, row).get(0))
                .startsWith("<|startoftext|><|start_header_id|>system<|end_header_id|>\n\nbe short<|eot_id|>")
                .endsWith("<|start_header_id|>assistant<|end_header_id|>\n\n -> 2");
    }

    @Test
    void aModelThatAnswersItselfNeedsPromptsAlone() throws IOException {
        assertThat(read(
                        ALL,
                        ChatTemplate.PLAIN,
                        false,
                        "{\"prompt\": \"one\"}",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"two\"}]}",
                        "{\"messages\": [{\"role\": \"user\", \"content\": \"six\"}, {\"role\": \"assistant\", \"content\": \"6\"}]}",
                        "{\"prompt\": \"beyond the three that were asked for\"}"))
                .containsExactly("one -> ", "two -> ", "six -> ");
    }

    @Test
    void rowsOfTheWrongLengthAreLeftOut() throws IOException {
        String right = "{\"prompt\": \"p\", \"response\": \"abc\"}";
        assertThat(read(
                        data(30, 2, BadRows.STOP),
                        ChatTemplate.PLAIN,
                        true,
                        "{\"prompt\": \"" + "#%".repeat(40) + "\", \"response\": \"abc\"}",
                        "{\"prompt\": \"p\", \"response\": \"" + "#%".repeat(60) + "\"}",
                        "{\"prompt\": \"p\", \"response\": \"#\"}",
                        "{\"prompt\": \"p\", \"response\": \"a <tool_call> b\"}",
                        right))
                .containsExactly("p -> abc");
        assertThatThrownBy(() -> read(data(30, 2, BadRows.STOP), ChatTemplate.PLAIN, true, right.replace("abc", "#")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("1 with answers shorter than 2");
    }

    @Test
    void tokenRowsAreTakenAsTheyAre() throws IOException {
        file = Files.writeString(folder.resolve("ids.jsonl"), "{\"prompt_ids\": [5, 6], \"answer_ids\": [7]}\n");
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            InstructionRows.Instruction row = new InstructionRows(ALL, ChatTemplate.PLAIN, tokenizer, 2048, 48, true)
                    .read(file, 1)
                    .get(0);
            assertThat(row.promptIds()).containsExactly(5, 6);
            assertThat(row.answerIds()).containsExactly(7);
        }
        refused("{\"prompt_ids\": [5, 2048], \"answer_ids\": [7]}", "prompt_ids[1] must be a token id below 2048");
    }

    private void refused(String row, String... message) {
        var thrown = assertThatThrownBy(
                        () -> read(ALL, ChatTemplate.PLAIN, true, "{\"prompt\": \"p\", \"response\": \"a\"}", row))
                .isInstanceOf(ProblemDataException.class)
                .hasMessageContaining("rows.jsonl:2: ");
        for (String part : message) {
            thrown.hasMessageContaining(part);
        }
    }

    @Test
    void aBadRowIsNamedByFileAndLine() throws IOException {
        refused("{\"prompt\": \"p\"}", "response must be a text");
        refused("{\"text\": \"p\"}", "prompt must be a text");
        refused("{\"messages\": []}", "at least one");
        refused("{\"messages\": [{\"role\": \"judge\", \"content\": \"\"}]}", "messages[0].role", "judge");
        refused("{\"messages\": [{\"role\": \"user\", \"content\": 3}]}", "messages[0].content must be a text");
        refused("{\"messages\": [{\"role\": \"user\", \"content\": \"x\"}]}", "must end with the assistant's");
        refused("{\"messages\": [{\"role\": \"assistant\", \"content\": \"x\"}]}", "must end with a user's message");
        assertThat(read(
                        data(2048, 1, BadRows.SKIP),
                        ChatTemplate.PLAIN,
                        true,
                        "{\"prompt\": 1}",
                        "{\"prompt\": \"p\", \"response\": \"a\"}"))
                .containsExactly("p -> a");
    }
}
