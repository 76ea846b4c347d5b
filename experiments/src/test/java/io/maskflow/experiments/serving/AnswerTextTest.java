package io.maskflow.experiments.serving;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tokenizer.Tokenizer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class AnswerTextTest {

    private static final Tokenizer TOKENIZER = Tokenizer.open(BuiltinModels.folder("builtin"));
    private static final Set<Integer> ENDS = Set.of(1);

    @AfterAll
    static void close() {
        TOKENIZER.close();
    }

    /** However many tokens stand fast, what was said of fewer is how it begins; characters of several bytes and stops included. */
    @Test
    void whatIsSaidIsNeverTakenBack() {
        for (String text : List.of("def f(x):\n    return x + 1\n", "naïve ☃ 🎈 text", "abcabcabd", "   spaces\t\t")) {
            int[] ids = TOKENIZER.encode(text);
            for (List<String> stops :
                    List.of(List.<String>of(), List.of("abd"), List.of("return x", "☃"), List.of("\n", " "))) {
                String whole = AnswerText.whole(TOKENIZER, ENDS, ids, stops).text();
                String before = "";
                for (int n = 0; n <= ids.length; n++) {
                    String now = AnswerText.sofar(TOKENIZER, ENDS, Arrays.copyOf(ids, n), stops)
                            .text();
                    assertThat(now).startsWith(before);
                    assertThat(whole).startsWith(now);
                    before = now;
                }
            }
        }
    }

    @Test
    void theFirstOfSeveralStopsCounts() {
        int[] ids = TOKENIZER.encode("one two three");
        AnswerText cut = AnswerText.whole(TOKENIZER, ENDS, ids, List.of("three", "two"));
        assertThat(cut.text()).isEqualTo("one ");
        assertThat(cut.finishReason()).isEqualTo("stop");
        assertThat(AnswerText.whole(TOKENIZER, ENDS, ids, List.of()).finishReason())
                .isEqualTo("length");
    }
}
