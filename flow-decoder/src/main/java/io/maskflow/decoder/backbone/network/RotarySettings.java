package io.maskflow.decoder.backbone.network;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.tensor.CheckpointException;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a {@code config.json} says of rotary position embeddings, wherever it says it: {@code rope_theta} and
 * {@code partial_rotary_factor} beside the other fields, or inside {@code rope_parameters} (as transformers 5 writes them)
 * or {@code rope_scaling}. The only type that is computed is {@code default}.
 *
 * @param theta base of the frequencies, above 0
 * @param partialFactor share of a head's channels that is rotated; empty if it is said nowhere
 */
public record RotarySettings(double theta, OptionalDouble partialFactor) {

    private static final String THETA = "rope_theta";
    private static final String FACTOR = "partial_rotary_factor";
    private static final List<String> OBJECTS = List.of("rope_parameters", "rope_scaling");
    private static final List<String> TYPES = List.of("rope_type", "type");

    /** What an object of type {@code default} may hold besides, because it changes nothing there. */
    private static final Set<String> IDLE =
            Set.of("original_max_position_embeddings", "max_position_embeddings", "finetuned");

    /** Idle at 1, otherwise a scaling that its type does not name. */
    private static final Set<String> IDLE_AT_ONE = Set.of("factor", "attention_factor", "mscale");

    /**
     * Reads the settings of a family that may rotate a part of a head.
     *
     * @param config the file
     * @param theta what the family takes if the file says none
     * @throws CheckpointException for another type than {@code default}, a field that would
     *     change the frequencies, or two places that disagree
     */
    public static RotarySettings of(ModelConfig config, double theta) {
        OptionalDouble said = number(config, THETA, null, OptionalDouble.empty());
        OptionalDouble factor = number(config, FACTOR, null, OptionalDouble.empty());
        for (String name : OBJECTS) {
            JsonNode object = config.field(name);
            if (object != null) {
                requireDefault(config, name, object);
                said = number(config, THETA, name, said);
                factor = number(config, FACTOR, name, factor);
            }
        }
        return new RotarySettings(said.orElse(theta), factor);
    }

    /**
     * The base of the frequencies of a family that rotates every channel.
     *
     * @param config the file
     * @param theta what the family takes if the file says none
     * @throws CheckpointException as {@link #of}, or if only a part is to be rotated
     */
    public static double theta(ModelConfig config, double theta) {
        RotarySettings settings = of(config, theta);
        if (settings.partialFactor.orElse(1) != 1) {
            throw new CheckpointException(config.file() + ": " + FACTOR
                    + " must be 1 (this family rotates every channel), was " + settings.partialFactor.getAsDouble());
        }
        return settings.theta;
    }

    private static void requireDefault(ModelConfig config, String name, JsonNode object) {
        String accepted = "of type default (no other is computed)";
        config.require(name, object.isObject(), "an object " + accepted);
        for (Map.Entry<String, JsonNode> entry : object.properties()) {
            String key = entry.getKey();
            JsonNode value = entry.getValue();
            if (value.isNull() || key.equals(THETA) || key.equals(FACTOR) || IDLE.contains(key)) {
                continue;
            }
            if (TYPES.contains(key)) {
                config.require(name, "default".equals(value.textValue()), accepted);
            } else {
                boolean idle = IDLE_AT_ONE.contains(key) && value.isNumber() && value.doubleValue() == 1;
                config.require(name, idle, accepted + " without " + key);
            }
        }
    }

    /** A number above 0 of the file or of one of its objects, which must agree with what was said elsewhere. */
    private static OptionalDouble number(ModelConfig config, String key, String object, OptionalDouble elsewhere) {
        JsonNode node =
                object == null ? config.field(key) : config.field(object).get(key);
        if (node == null || node.isNull()) {
            return elsewhere;
        }
        String place = object == null ? key : object;
        double value = node.doubleValue();
        config.require(place, node.isNumber() && value > 0 && Double.isFinite(value), "of a " + key + " above 0");
        config.require(
                place,
                elsewhere.isEmpty() || elsewhere.getAsDouble() == value,
                "of the same " + key + " as elsewhere in the file (" + elsewhere.orElse(value) + ")");
        return OptionalDouble.of(value);
    }
}
