package io.maskflow.reward.sandbox.process;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** JSON as the Python side speaks it: plain ASCII, so that any text, lone surrogates included, arrives as it was. */
public final class Json {
    static final ObjectMapper MAPPER = JsonMapper.builder()
            .configure(JsonGenerator.Feature.ESCAPE_NON_ASCII, true)
            .build();

    private Json() {}

    /** Writes what a process is sent. */
    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsString(value).getBytes(StandardCharsets.US_ASCII);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Reads what a process sent.
     *
     * @throws BrokenException if it is no JSON
     */
    public static JsonNode read(byte[] text) throws BrokenException {
        try {
            return MAPPER.readTree(text);
        } catch (IOException e) {
            throw new BrokenException("no JSON where JSON was due", e);
        }
    }
}
