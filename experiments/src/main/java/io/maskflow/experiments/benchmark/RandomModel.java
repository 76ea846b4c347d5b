package io.maskflow.experiments.benchmark;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A checkpoint of a wanted size with random weights: as fast as a trained one, and says nothing.
 *
 * @param width {@code d}
 * @param layers blocks
 * @param vocabulary tokens; the last one is the mask, the one before it ends a text
 * @param heads attention heads
 * @param inner width inside the feed-forward layers
 */
public record RandomModel(int width, int layers, int vocabulary, int heads, int inner) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Set<String> KEYS = Set.of("d", "layers", "vocab", "heads", "ffn");
    private static final int HEAD_SIZE = 64;

    /** Checks that all are at least 1. */
    public RandomModel {
        if (width < 1 || layers < 1 || vocabulary < 3 || heads < 1 || inner < 1) {
            throw new IllegalArgumentException("--shape needs d, layers, heads and ffn of at least 1 and vocab of at"
                    + " least 3, was d=" + width + ",layers=" + layers + ",vocab=" + vocabulary + ",heads=" + heads
                    + ",ffn=" + inner);
        }
    }

    /**
     * Reads a shape.
     *
     * @param text such as {@code d=1024,layers=8,vocab=32000}; {@code heads} is {@code d / 64} and {@code ffn} is
     *     {@code 11 d / 4} unless given
     */
    public static RandomModel parse(String text) {
        Map<String, Integer> values = new LinkedHashMap<>();
        for (String part : text.split(",")) {
            int equals = part.indexOf('=');
            String key = equals < 0 ? part : part.substring(0, equals).strip();
            if (equals < 0 || !KEYS.contains(key)) {
                throw new IllegalArgumentException(
                        "--shape must look like d=1024,layers=8,vocab=32000[,heads=16][,ffn=2816], was \"" + text
                                + "\"");
            }
            try {
                values.put(key, Integer.valueOf(part.substring(equals + 1).strip()));
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException(
                        "--shape: " + key + " must be a whole number, was \"" + part.substring(equals + 1) + "\"");
            }
        }
        int d = values.getOrDefault("d", 1024);
        return new RandomModel(
                d,
                values.getOrDefault("layers", 8),
                values.getOrDefault("vocab", 32_000),
                values.getOrDefault("heads", Math.max(1, d / HEAD_SIZE)),
                values.getOrDefault("ffn", 11 * d / 4));
    }

    /**
     * Writes {@code config.json} and {@code model.safetensors}.
     *
     * @param folder an empty folder
     * @param bfloat16 whether weights are kept in two bytes
     * @return the folder
     */
    public Path write(Path folder, boolean bfloat16) throws IOException {
        JSON.writeValue(folder.resolve("config.json").toFile(), config());
        RandomCheckpoint.write(folder, bfloat16, Long.MAX_VALUE);
        return folder;
    }

    private Map<String, Object> config() {
        Map<String, Object> config = new LinkedHashMap<>();
        config.put("model_type", "llada");
        config.put("block_type", "llama");
        config.put("layer_norm_type", "rms");
        config.put("activation_type", "silu");
        config.put("rope", true);
        config.put("d_model", width);
        config.put("n_layers", layers);
        config.put("n_heads", heads);
        config.put("n_kv_heads", heads);
        config.put("mlp_hidden_size", inner);
        config.put("vocab_size", vocabulary);
        config.put("embedding_size", vocabulary);
        config.put("weight_tying", false);
        config.put("rms_norm_eps", 1e-5);
        config.put("rope_theta", 500_000.0);
        config.put("max_sequence_length", 4096);
        config.put("mask_token_id", vocabulary - 1);
        config.put("eos_token_id", vocabulary - 2);
        config.put("pad_token_id", vocabulary - 2);
        return config;
    }

    /** Removes what {@link #write} wrote, and the folder. */
    public static void remove(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("config.json"));
        Files.deleteIfExists(folder.resolve("model.safetensors"));
        Files.delete(folder);
    }
}
