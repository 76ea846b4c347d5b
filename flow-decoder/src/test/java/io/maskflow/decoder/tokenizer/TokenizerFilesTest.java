package io.maskflow.decoder.tokenizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders whose tokenizer is not a byte-level BPE {@code tokenizer.json}. */
class TokenizerFilesTest {

    @TempDir
    Path folder;

    /** The 256 byte characters of GPT-2, {@code ab}, a blank before {@code a} (twice long), two digits; ids in this order. */
    @BeforeEach
    void writeSlowFiles() throws IOException {
        ObjectNode vocabulary = new ObjectMapper().createObjectNode();
        int beyond = 256;
        for (int b = 0; b < 256; b++) {
            boolean printable = b >= '!' && b <= '~' || b >= 0xa1 && b <= 0xac || b >= 0xae;
            vocabulary.put(String.valueOf((char) (printable ? b : beyond++)), b);
        }
        vocabulary
                .put("ab", 256)
                .put("\u0120a", 257)
                .put("\u0120ab", 258)
                .put("12", 259)
                .put("<|endoftext|>", 260);
        Files.writeString(folder.resolve("vocab.json"), vocabulary.toString());
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n\u0120 a\n\u0120 ab\n1 2\n");
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<|mask|>\": 261}");
    }

    private void config(String text) throws IOException {
        Files.writeString(folder.resolve("tokenizer_config.json"), text);
    }

    private int[] encode(String text) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int[] ids = tokenizer.encode(text);
            assertThat(tokenizer.decode(ids))
                    .isEqualTo(text.replace("<|mask|>", "").replace("<|endoftext|>", ""));
            return ids;
        }
    }

    /** GPT-2 keeps digits together, Qwen2 takes them one by one. */
    @ParameterizedTest
    @CsvSource({"GPT2Tokenizer, 259", "Qwen2Tokenizer, 49 50", "DreamTokenizer, 49 50"})
    void vocabularyAndMergesAreRead(String name, String digits) throws IOException {
        config("{\"tokenizer_class\": \"" + name + "\", \"eos_token\": \"<|endoftext|>\"}");
        assertThat(encode("ab ab")).containsExactly(256, 258);
        assertThat(encode("ab<|mask|>b<|endoftext|>")).containsExactly(256, 261, 98, 260);
        assertThat(encode("12").length).isEqualTo(digits.split(" ").length);
        assertThat(encode("12")[0]).isEqualTo(Integer.parseInt(digits.split(" ")[0]));
        assertThat(encode("é\n\n  a")).startsWith(0xc3, 0xa9, '\n');
    }

    /** The files of gpt2 name no class: the model beside them decides. */
    @ParameterizedTest
    @CsvSource({"mdlm, 1", "gpt2, 1", "Dream, 2"})
    void withoutAClassTheModelDecides(String type, int digits) throws IOException {
        Files.writeString(folder.resolve("config.json"), "{\"model_type\": \"" + type + "\"}");
        assertThat(encode("12")).hasSize(digits);
    }

    /** NFC: an e with a combining accent is the one character. */
    @Test
    void qwen2JoinsAccents() throws IOException {
        config("{\"tokenizer_class\": \"Qwen2Tokenizer\"}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("e\u0301")).containsExactly(0xc3, 0xa9);
        }
    }

    @Test
    void tokensOfTheConfigurationKeepTheirKind() throws IOException {
        config("{\"tokenizer_class\": \"GPT2Tokenizer\", \"added_tokens_decoder\": {\"262\": {\"content\": \"<think>\","
                + " \"special\": false}, \"263\": {\"content\": \"<|im_end|>\", \"special\": true}}}");
        assertThat(TokenizerFiles.addedTokens(folder))
                .containsEntry("<|mask|>", 261)
                .containsEntry("<think>", 262)
                .containsEntry("<|im_end|>", 263)
                .containsEntry("<|endoftext|>", 260);
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.decode(tokenizer.encode("a<think>b<|im_end|>")))
                    .isEqualTo("a<think>b");
        }
    }

    @Test
    void tokenizerJsonDecidesAndTheOtherFilesComplete() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"added_tokens\": [{\"id\": 5, \"content\": \"<|mask|>\"}, {\"id\": \"x\", \"content\": \"<x>\"}]}");
        Files.writeString(folder.resolve("added_tokens.json"), "{\"<|mask|>\": 261, \"<y>\": 7, \"<z>\": \"8\"}");
        assertThat(TokenizerFiles.addedTokens(folder))
                .containsEntry("<|mask|>", 5)
                .containsEntry("<y>", 7)
                .doesNotContainKeys("<x>", "<z>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "vocab.json | tokenizer.model | SentencePiece",
                "merges.txt | vocab.txt | WordPiece vocabulary",
                "merges.txt | other.txt | no vocab.json with merges.txt",
            })
    void otherFilesAreNamedWithTheCommandThatConverts(String gone, String there, String message) throws IOException {
        Files.delete(folder.resolve(gone));
        Files.writeString(folder.resolve(there), "");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining(message)
                .hasMessageContaining("AutoTokenizer.from_pretrained('" + folder + "'")
                .hasMessageContaining("backbone.tokenizer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"LlamaTokenizer", "CodeGenTokenizer", ""})
    void wordsThatAreCutInAnUnknownWayAreRefused(String name) throws IOException {
        config("{\"tokenizer_class\": \"" + name + "\"}");
        assertThatThrownBy(() -> Tokenizer.open(folder))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("cuts words is not known")
                .hasMessageContaining("save_pretrained");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b c\n", "ab\n"})
    void aBrokenMergeIsNamedByItsLine(String line) throws IOException {
        config("{\"tokenizer_class\": \"GPT2Tokenizer\"}");
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\na b\n" + line);
        assertThatThrownBy(() -> Tokenizer.open(folder)).hasMessageContaining("merges.txt:3");
    }

    /** With a decoder as libraries write it, and without one. */
    @ParameterizedTest
    @ValueSource(strings = {"{\"type\": \"WordPiece\", \"prefix\": \"##\", \"cleanup\": true}", "null"})
    void wordPiecesAreJoined(String decoder) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [{\"id\": 7, \"content\": \"[MASK]\", \"single_word\": false,"
                        + " \"lstrip\": false, \"rstrip\": false, \"normalized\": false, \"special\": true}],"
                        + " \"pre_tokenizer\": {\"type\": \"BertPreTokenizer\"}, \"decoder\": " + decoder + ","
                        + " \"model\": {\"type\": \"WordPiece\", \"unk_token\": \"[UNK]\","
                        + " \"continuing_subword_prefix\": \"##\", \"max_input_chars_per_word\": 100, \"vocab\":"
                        + " {\"[UNK]\": 0, \"un\": 1, \"##aff\": 2, \"##able\": 3, \"hello\": 4, \",\": 5, \"world\": 6,"
                        + " \"[MASK]\": 7}}}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            int[] ids = tokenizer.encode("hello, unaffable world");
            assertThat(ids).containsExactly(4, 5, 1, 2, 3, 6);
            assertThat(tokenizer.decode(ids)).isEqualTo("hello, unaffable world");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"Metaspace\", \"replacement\": \"\u2581\", \"prepend_scheme\": \"always\", \"split\": true}",
                "null"
            })
    void piecesOfUnigramAreJoined(String decoder) throws IOException {
        Files.writeString(
                folder.resolve("tokenizer.json"),
                "{\"version\": \"1.0\", \"added_tokens\": [], \"pre_tokenizer\": {\"type\": \"Metaspace\", \"replacement\":"
                        + " \"\u2581\", \"prepend_scheme\": \"always\", \"split\": true}, \"decoder\": " + decoder
                        + ", \"model\": {\"type\": \"Unigram\", \"unk_id\": 0, \"vocab\": [[\"<unk>\", 0.0], [\"\u2581he\","
                        + " -1.0], [\"llo\", -1.5], [\"\u2581wor\", -2.0], [\"ld\", -2.0], [\"\u2581\", -3.0]]}}");
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            assertThat(tokenizer.encode("hello world")).containsExactly(1, 2, 3, 4);
            assertThat(tokenizer.decode(new int[] {1, 2, 3, 4})).isEqualTo("hello world");
        }
    }
}
