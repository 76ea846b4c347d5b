package io.maskflow.decoder.backbone.network;

import io.maskflow.decoder.backbone.AttentionRule;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is said of a base model where it is named, because its folder does not say it or says it wrongly.
 *
 * @param mask id or text of the mask token, empty for the folder's
 * @param blocks block length of a block-causal mask as decimal digits, 0 for full attention; empty for the model's own
 * @param shift {@code true} if logits of a position are for the next one, {@code false} if not; empty for the family's
 * @param tokenizer folder of the tokenizer, empty for the model's own
 */
public record BackboneOverrides(String mask, String blocks, String shift, String tokenizer) implements Serializable {

    /** Nothing is said. */
    public static final BackboneOverrides NONE = new BackboneOverrides("", "", "", "");

    /** Checks the numbers. */
    public BackboneOverrides {
        if (!blocks.matches("\\d{0,6}")) {
            throw new IllegalArgumentException(
                    "blockLength must be a whole number of at least 0 (full attention), was " + blocks);
        }
        if (!shift.matches("|true|false")) {
            throw new IllegalArgumentException("logitsShift must be true or false, was " + shift);
        }
    }

    /** Between the name of a model and what is said of it. */
    private static final String SAID = "?";

    /**
     * What a name says of its model: {@code FOLDER?blockLength=32&maskToken=<|mask|>}.
     *
     * @param name as in the settings
     * @throws IllegalArgumentException for a key that is none of maskToken, blockLength, logitsShift, tokenizer
     */
    public static BackboneOverrides of(String name) {
        Map<String, String> said =
                new HashMap<>(Map.of("maskToken", "", "blockLength", "", "logitsShift", "", "tokenizer", ""));
        if (name.contains(SAID)) {
            for (String part : name.substring(name.indexOf(SAID) + 1).split("&")) {
                String key = part.contains("=") ? part.substring(0, part.indexOf('=')) : part;
                if (!said.containsKey(key) || !part.contains("=")) {
                    throw new IllegalArgumentException("what is said of a base model must be maskToken, blockLength,"
                            + " logitsShift or tokenizer with its value, was " + part + " (" + name + ")");
                }
                said.put(key, part.substring(key.length() + 1));
            }
        }
        return new BackboneOverrides(
                said.get("maskToken"), said.get("blockLength"), said.get("logitsShift"), said.get("tokenizer"));
    }

    /** A name without what it says of its model. */
    public static String modelOf(String name) {
        return name.contains(SAID) ? name.substring(0, name.indexOf(SAID)) : name;
    }

    /** The same with the tokenizer of a folder. */
    public BackboneOverrides withTokenizer(Path folder) {
        return new BackboneOverrides(mask, blocks, shift, folder.toString());
    }

    /** The mask token. */
    public Optional<String> maskToken() {
        return mask.isEmpty() ? Optional.empty() : Optional.of(mask);
    }

    /** The block length. */
    public OptionalInt blockLength() {
        return blocks.isEmpty() ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(blocks));
    }

    /** Which positions see which, given what the family says. */
    AttentionRule attention(AttentionRule family) {
        if (blocks.isEmpty()) {
            return family;
        }
        int length = Integer.parseInt(blocks);
        if (length == 0) {
            return AttentionRule.FULL;
        }
        // what has no blocks of its own was trained by dllm's block diffusion, which starts a block with the response
        return family.isFull() ? AttentionRule.blocksOfResponse(length) : new AttentionRule(length, family.origin());
    }

    /** Whether logits are for the next position, given what the family says. */
    boolean logitsPredictNext(boolean family) {
        return shift.isEmpty() ? family : Boolean.parseBoolean(shift);
    }
}
