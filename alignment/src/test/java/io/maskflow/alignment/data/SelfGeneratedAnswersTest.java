package io.maskflow.alignment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelfGeneratedAnswersTest {

    @TempDir
    Path folder;

    private final List<int[]> prompts =
            List.of(new int[] {1}, new int[] {2, 2}, new int[] {3}, new int[] {4}, new int[] {5});
    private final List<Integer> asked = new ArrayList<>();

    /** Says the prompt's first token twice, and nothing to token 3. */
    private List<int[]> echo(List<int[]> some) {
        return some.stream()
                .map(prompt -> {
                    asked.add(prompt[0]);
                    return prompt[0] == 3 ? new int[0] : new int[] {prompt[0], prompt[0]};
                })
                .toList();
    }

    @Test
    void aStoppedMakingGoesOnWhereItStopped() throws IOException {
        Path file = folder.resolve("answers.jsonl");
        assertThatThrownBy(() -> SelfGeneratedAnswers.complete(file, prompts, 2, this::echo, done -> {
                    if (done == 4) {
                        throw new IllegalStateException("stopped");
                    }
                }))
                .hasMessage("stopped");
        Files.writeString(file, "{\"prompt_ids\": [5], \"answ", StandardOpenOption.APPEND);
        asked.clear();
        List<TrainingExample> all = SelfGeneratedAnswers.complete(file, prompts, 2, this::echo, done -> {});
        assertThat(asked).containsExactly(5);
        assertThat(all).hasSize(4); // the empty answer to 3 is left out
        assertThat(SelfGeneratedAnswers.read(file)).hasSize(4);
        assertThat(Files.readAllLines(file)).hasSize(5).contains("{\"prompt_ids\":[2,2],\"answer_ids\":[2,2]}");
    }

    @Test
    void answersToOtherPromptsAreRefused() throws IOException {
        Path file = folder.resolve("answers.jsonl");
        SelfGeneratedAnswers.write(file, List.of(new TrainingExample(new int[] {9}, new int[] {9})));
        assertThatThrownBy(() -> SelfGeneratedAnswers.complete(file, prompts, 2, this::echo, done -> {}))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("line 1");
    }

    @Test
    void aDamagedLineIsNamed() throws IOException {
        Path file = folder.resolve("answers.jsonl");
        Files.writeString(file, "{\"prompt_ids\":[1],\"answer_ids\":[2]}\n{\"prompt_ids\":[1]}\n");
        assertThatThrownBy(() -> SelfGeneratedAnswers.read(file)).hasMessageContaining("line 2");
    }
}
