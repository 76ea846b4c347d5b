package io.maskflow.decoder.tensor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * {@code adapter_config.json} of the PEFT library, as far as merging depends on it. Everything that would change the merge and
 * is not computed is refused by name: first of all initialisations that take something away from the base weights when the
 * adapter is put on (PiSSA, OLoRA, LoftQ, CorDA, LoRA-GA), so that {@code W + s B A} is not what was trained.
 */
final class PeftConfig {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** Initialisations that leave the base weights as they are. */
    private static final Set<String> HARMLESS = Set.of("true", "false", "gaussian", "eva", "orthogonal", "mica");

    /** Variants of LoRA with another forward, switched on by a value that is neither absent, false nor empty. */
    private static final List<String> VARIANTS = List.of(
            "lora_bias",
            "layer_replication",
            "use_qalora",
            "use_bdlora",
            "alora_invocation_tokens",
            "arrow_config",
            "velora_config",
            "kasa_config",
            "monteclora_config",
            "lora_ga_config",
            "target_parameters");

    private final Path path;
    private final JsonNode config;
    private final int rank;
    private final double alpha;
    private final boolean stabilised;

    private PeftConfig(Path path, JsonNode config) {
        this.path = path;
        this.config = config;
        require("peft_type", config.path("peft_type").asText("LORA").equals("LORA"), "LORA");
        require("bias", config.path("bias").asText("none").equals("none"), "none");
        require("fan_in_fan_out", !config.path("fan_in_fan_out").asBoolean(), "false");
        String initialisation = config.path("init_lora_weights").asText("true");
        require(
                "init_lora_weights",
                HARMLESS.contains(initialisation),
                "one of " + HARMLESS.stream().sorted().toList() + ": " + initialisation
                        + " changes the base weights, so the adapter fits the changed ones only; convert it with PEFT"
                        + " (save_pretrained(path_initial_model_for_weight_conversion=...)) or merge it there");
        for (String variant : VARIANTS) {
            require(variant, !isOn(config.path(variant)), "off (it is not computed)");
        }
        this.rank = config.path("r").asInt();
        this.alpha = config.path("lora_alpha").asDouble();
        require("r", rank >= 1, "at least 1");
        require("lora_alpha", alpha > 0, "above 0");
        this.stabilised = config.path("use_rslora").asBoolean();
    }

    static PeftConfig read(Path path) {
        try {
            return new PeftConfig(path, JSON.readTree(path.toFile()));
        } catch (IOException unreadable) {
            throw new CheckpointException(path + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private static boolean isOn(JsonNode value) {
        return value.isContainerNode()
                ? !value.isEmpty()
                : !value.isMissingNode() && !value.isNull() && value.asBoolean(true);
    }

    private void require(String key, boolean holds, String accepted) {
        if (!holds) {
            throw new CheckpointException(
                    key + " must be " + accepted + ", was " + config.path(key) + " (" + path + ")");
        }
    }

    /**
     * What the product of the two matrices of a module is multiplied with: {@code alpha / r}, or {@code alpha / sqrt(r)}.
     *
     * @param module its name in the base
     * @param stored rank of the stored matrices
     * @throws CheckpointException if rank and matrices disagree
     */
    double scale(String module, long stored) {
        JsonNode r = ofPattern("rank_pattern", module);
        JsonNode a = ofPattern("alpha_pattern", module);
        int own = r == null ? rank : r.asInt();
        if (own != stored) {
            throw new CheckpointException(
                    "the adapter of " + module + " has rank " + stored + ", " + path + " says " + own);
        }
        return (a == null ? alpha : a.asDouble()) / (stabilised ? Math.sqrt(own) : own);
    }

    /** The value of the first pattern that matches the whole name or its end behind a dot; null if none does. */
    private JsonNode ofPattern(String key, String module) {
        for (Map.Entry<String, JsonNode> entry : config.path(key).properties()) {
            boolean number = entry.getValue().isNumber() && entry.getValue().asDouble() > 0;
            require(key, number, "a number above 0 for " + entry.getKey());
            try {
                if (Pattern.matches("(.*\\.)?(" + entry.getKey() + ")", module)) {
                    return entry.getValue();
                }
            } catch (PatternSyntaxException broken) {
                throw new CheckpointException(key + ": " + broken.getMessage() + " (" + path + ")", broken);
            }
        }
        return null;
    }

    /**
     * The tokens whose rows an adapter on an embedding replaces.
     *
     * @param module name of the embedding in the base
     * @param count rows of the stored tensor
     */
    long[] tokens(String module, long count) {
        JsonNode indices = config.path("trainable_token_indices");
        if (indices.isObject()) {
            for (Map.Entry<String, JsonNode> entry : indices.properties()) {
                if (module.equals(entry.getKey()) || module.endsWith("." + entry.getKey())) {
                    indices = entry.getValue();
                    break;
                }
            }
        }
        List<Long> ids = new ArrayList<>();
        indices.forEach(id -> ids.add(id.isIntegralNumber() ? id.asLong() : -1));
        require(
                "trainable_token_indices",
                ids.size() == count && ids.stream().allMatch(id -> id >= 0),
                "a list of " + count + " token ids for " + module);
        return ids.stream().mapToLong(Long::longValue).toArray();
    }

    /** Whether a module is stored whole. */
    boolean isSaved(String module) {
        for (JsonNode saved : config.path("modules_to_save")) {
            if (module.equals(saved.asText()) || module.endsWith("." + saved.asText())) {
                return true;
            }
        }
        return false;
    }
}
