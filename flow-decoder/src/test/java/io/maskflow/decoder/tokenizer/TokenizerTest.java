package io.maskflow.decoder.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.network.BuiltinModels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizerTest {

    @Test
    void textsLongerThan512TokensComeBackWhole() {
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            String text = "def f(x):\n    return x + 1\n".repeat(200);
            int[] ids = tokenizer.encode(text);
            assertThat(ids).hasSizeGreaterThan(1_500);
            assertThat(tokenizer.decode(ids)).isEqualTo(text);
        }
    }

    @Test
    void nothingIsAddedAndSpecialTokensAreLeftOut() {
        try (Tokenizer tokenizer = Tokenizer.open(BuiltinModels.folder("builtin"))) {
            assertThat(tokenizer.encode("")).isEmpty();
            int[] one = tokenizer.encode("x");
            int[] ended = tokenizer.encode("x<|end|>x");
            assertThat(ended).hasSize(2 * one.length + 1);
            assertThat(tokenizer.decode(ended)).isEqualTo("xx");
            int end = ended[one.length];
            assertThat(tokenizer.decodeUntilEnd(ended, Set.of(end))).isEqualTo("x");
            assertThat(Tokenizer.lengthBeforeEnd(ended, Set.of(end))).isEqualTo(one.length);
            assertThat(Tokenizer.lengthBeforeEnd(ended, Set.of())).isEqualTo(ended.length);
        }
    }

    @Test
    void aMissingOrDamagedFileIsNamed(@TempDir Path folder) throws Exception {
        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("tokenizer.json");
        Files.writeString(folder.resolve("tokenizer.json"), "{");
        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("tokenizer.json");
    }
}
