package io.maskflow.experiments.builtin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BytePairTrainingTest {
    /** Special entries, line feed, printable ASCII and the other bytes of valid UTF-8: 3 + 1 + 95 + 147. */
    private static final int FEWEST = 246;

    @Test
    void mostFrequentPairIsMergedFirstAndTiesGoByTheAlphabet() throws Exception {
        BytePairTraining training = new BytePairTraining(FEWEST + 4);
        // Pieces: "low" x 2, " low" x 1, "new" x 2. Pairs: (o,w) 3, (l,o) 3, (e,w) 2, (n,e) 2, ( ,l) 1.
        // (l,o) comes before (o,w). Then (lo,w) 3. Then (e,w) 2 comes before (n,e) 2. Then (n,ew) 2.
        training.add("low low\nlow\nnew\nnew");
        List<String> merges = new ArrayList<>();
        for (JsonNode merge : new ObjectMapper()
                .readTree(training.tokenizerJson())
                .get("model")
                .get("merges")) {
            merges.add(merge.get(0).asText() + "+" + merge.get(1).asText());
        }
        assertThat(merges).containsExactly("l+o", "lo+w", "e+w", "n+ew");
    }

    @Test
    void sameTextsInAnyOrderGiveTheSameBytes() {
        BytePairTraining one = new BytePairTraining(260);
        one.add("for x in values:");
        one.add("return values");
        one.add("return result");
        BytePairTraining other = new BytePairTraining(260);
        other.add("return result");
        other.add("return values");
        other.add("for x in values:");
        assertThat(one.tokenizerJson()).isEqualTo(other.tokenizerJson());
    }

    @Test
    void tooFewEntriesOrTooFewPairsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new BytePairTraining(200))
                .withMessage("entries must be at least 246, was 200");
        BytePairTraining training = new BytePairTraining(250);
        training.add("ab");
        assertThatIllegalStateException()
                .isThrownBy(training::tokenizerJson)
                .withMessage("the texts have no pair left to merge for 250 entries");
    }

    @Test
    void everyTextDecodesToItselfWithoutAnUnknown() throws IOException {
        List<String> texts = List.of(
                "Write a function to find the sum of the squares of the even numbers in a list.\n",
                "def f(x):\n\treturn {\"a\": x}\r\n",
                "naïve café, Ω ≤ ∞, 日本語, 🎉 and a\u0000zero\u007f",
                "   leading and trailing   ",
                "<0x41> [MASK] \u2003");
        try (HuggingFaceTokenizer tokenizer = builtin()) {
            for (String text : texts) {
                long[] ids = tokenizer.encode(text, false, false).getIds();
                assertThat(tokenizer.decode(ids, false)).isEqualTo(text);
                assertThat(Arrays.stream(ids).allMatch(id -> id > 2)).isTrue();
            }
        }
    }

    @Test
    void idsEqualThoseOfThePythonTokenizers() throws IOException {
        JsonNode golden = new ObjectMapper().readTree(getClass().getResource("/golden/builtin-tokenizer.json"));
        assertThat(golden.get("cases")).isNotEmpty();
        try (HuggingFaceTokenizer tokenizer = builtin()) {
            for (JsonNode row : golden.get("cases")) {
                long[] expected = new long[row.get("ids").size()];
                for (int i = 0; i < expected.length; i++) {
                    expected[i] = row.get("ids").get(i).asLong();
                }
                String text = row.get("text").asText();
                assertThat(tokenizer.encode(text, false, false).getIds())
                        .as(text)
                        .isEqualTo(expected);
            }
        }
    }

    @Test
    void learntFileLoadsAndMerges() throws IOException {
        BytePairTraining training = new BytePairTraining(FEWEST + 2);
        training.add("low low");
        byte[] json = training.tokenizerJson().getBytes(StandardCharsets.UTF_8);
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(json), Map.of("addSpecialTokens", "false", "truncation", "false"))) {
            assertThat(tokenizer.encode("low", false, false).getTokens()).containsExactly("low");
            assertThat(tokenizer.encode("lower", false, false).getTokens()).containsExactly("low", "e", "r");
            assertThat(tokenizer.encode("é", false, false).getTokens()).containsExactly("<0xC3>", "<0xA9>");
        }
    }

    private static HuggingFaceTokenizer builtin() throws IOException {
        try (InputStream json = BytePairTraining.class.getResourceAsStream("/builtin/base/tokenizer.json")) {
            return HuggingFaceTokenizer.newInstance(
                    json, Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
        }
    }
}
