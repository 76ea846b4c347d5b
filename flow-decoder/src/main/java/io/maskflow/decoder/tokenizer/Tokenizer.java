package io.maskflow.decoder.tokenizer;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Text to token ids and back, by the {@code tokenizer.json} of a model. Nothing is added, cut or padded: special tokens
 * appear only where the text spells them.
 *
 * <p>Safe for use by many threads. Owns native memory: whoever opens it closes it.
 */
public final class Tokenizer implements AutoCloseable {

    private static final Map<String, String> PLAIN = Map.of(
            "addSpecialTokens", "false",
            "truncation", "false",
            "padding", "false");

    private final HuggingFaceTokenizer tokenizer;

    private Tokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /**
     * Opens the tokenizer of a model folder.
     *
     * @param folder holds {@code tokenizer.json}, or the files of a slow byte-level BPE tokenizer ({@link TokenizerFiles})
     * @return the tokenizer; the caller closes it
     * @throws CheckpointException if the file is missing or cannot be understood
     */
    public static Tokenizer open(Path folder) {
        Path file = folder.resolve("tokenizer.json");
        if (!Files.exists(file)) {
            return read(TokenizerFiles.composed(folder), folder + " (vocab.json, merges.txt)");
        }
        TokenizerText.check(file);
        Optional<String> completed = TokenizerFiles.withDecoder(file);
        if (completed.isPresent()) {
            return read(completed.get(), file.toString());
        }
        try {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(file, PLAIN));
        } catch (IOException | RuntimeException damaged) {
            throw new CheckpointException(file + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }

    private static Tokenizer read(String json, String place) {
        try {
            return new Tokenizer(HuggingFaceTokenizer.newInstance(
                    new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), PLAIN));
        } catch (IOException | RuntimeException damaged) {
            throw new CheckpointException(place + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }

    /**
     * Token ids of a text, of any length.
     *
     * @param text the text
     * @return its ids
     */
    public int[] encode(String text) {
        return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /**
     * Text of token ids, special tokens left out.
     *
     * @param ids token ids
     * @return the text
     */
    public String decode(int[] ids) {
        return tokenizer.decode(Arrays.stream(ids).asLongStream().toArray(), true);
    }

    /**
     * Text of a response: what stands before its first end token, special tokens left out.
     *
     * @param ids token ids of the response
     * @param endIds tokens that end a text
     * @return the text
     */
    public String decodeUntilEnd(int[] ids, Set<Integer> endIds) {
        return decode(Arrays.copyOf(ids, lengthBeforeEnd(ids, endIds)));
    }

    /**
     * Tokens before the first end token.
     *
     * @param ids token ids of a response
     * @param endIds tokens that end a text
     * @return their number; all of them if there is no end token
     */
    public static int lengthBeforeEnd(int[] ids, Set<Integer> endIds) {
        for (int i = 0; i < ids.length; i++) {
            if (endIds.contains(ids[i])) {
                return i;
            }
        }
        return ids.length;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
