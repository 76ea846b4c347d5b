package io.maskflow.decoder.tokenizer;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The text of a {@code tokenizer.json}, checked before the native library sees it: that library ends the process on some
 * texts that are no JSON, or nest too deeply, or hold numbers and characters that do not exist.
 */
final class TokenizerText {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int DEEPEST = 100;
    private static final long LONGEST = 1L << 30;

    private TokenizerText() {}

    /**
     * Refuses a text that is no JSON object.
     *
     * @param file the text
     * @throws CheckpointException naming file and place
     */
    static void check(Path file) {
        try (JsonParser parser = JSON.getFactory().createParser(file.toFile())) {
            if (Files.size(file) > LONGEST) {
                throw new CheckpointException(file + " has " + Files.size(file) + " bytes, accepted are " + LONGEST);
            }
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new CheckpointException(file + " is no JSON object");
            }
            int depth = 1;
            while (depth > 0) {
                JsonToken token = parser.nextToken();
                if (token == null) {
                    throw new CheckpointException(file + " ends too early");
                }
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
                check(file, parser, token, depth);
            }
            if (parser.nextToken() != null) {
                throw new CheckpointException(file + " goes on after its end, at " + place(parser));
            }
        } catch (IOException damaged) {
            throw new CheckpointException(file + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }

    private static void check(Path file, JsonParser parser, JsonToken token, int depth) throws IOException {
        if (depth > DEEPEST) {
            throw new CheckpointException(file + " nests more than " + DEEPEST + " deep at " + place(parser));
        }
        if (token.isNumeric() && !Double.isFinite(parser.getDoubleValue())) {
            throw new CheckpointException(
                    file + " has a number out of range at " + place(parser) + ": " + parser.getText());
        }
        if (token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME) {
            String text = parser.getText();
            for (int i = 0; i < text.length(); i++) {
                boolean pair = i + 1 < text.length() && Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1));
                if (Character.isSurrogate(text.charAt(i)) && !pair) {
                    throw new CheckpointException(file + " has half a character at " + place(parser));
                }
                i += pair ? 1 : 0;
            }
        }
    }

    private static String place(JsonParser parser) {
        return "line " + parser.currentLocation().getLineNr();
    }
}
