package io.maskflow.decoder.backbone.network;

import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tokenizer.TokenizerFiles;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Mask, end and padding tokens of a model folder, each from the first of an ordered list of places that has it:
 * {@code config.json}, {@code generation_config.json}, a token named in {@code tokenizer_config.json}, a token that goes by
 * a known name.
 *
 * @param maskFound the mask token
 * @param endFound what ends a text: behind the answers that are trained on
 * @param alsoEnds further tokens that end a text or a turn
 * @param padFound padding; the end token if there is none
 */
public record TokenIds(Found maskFound, Found endFound, List<Found> alsoEnds, Found padFound) {

    private static final List<String> MASK_FIELDS = List.of("mask_token_id", "mask_id");
    private static final List<String> MASKS =
            List.of("<|mask|>", "<|mdm_mask|>", "<|MASK|>", "<M>", "<MASK>", "[MASK]", "<mask>");
    private static final List<String> ENDS = List.of("<|endoftext|>", "<|eot_id|>", "<|im_end|>", "<|role_end|>");
    private static final String CONFIG = "config.json";
    private static final String GENERATION = "generation_config.json";
    private static final String TOKENIZER = "tokenizer_config.json";

    /**
     * A token id and the place that says so.
     *
     * @param id below the vocabulary
     * @param where file and field, or the name of the token
     */
    public record Found(int id, String where) {
        @Override
        public String toString() {
            return id + " (" + where + ")";
        }
    }

    /**
     * Looks through a folder.
     *
     * @param config its configuration, with what is said where the folder is named
     * @param vocabulary ids are below it
     * @throws CheckpointException if there is no mask or end token, an id is out of range, or two places contradict each
     *     other on the mask token
     */
    public static TokenIds find(ModelConfig config, int vocabulary) {
        Map<String, Integer> tokens =
                TokenizerFiles.addedTokens(config.file().toAbsolutePath().getParent());
        List<Found> masks = new ArrayList<>();
        MASK_FIELDS.forEach(field -> masks.addAll(listed(config, field, vocabulary)));
        named(config, "mask_token", tokens, vocabulary).ifPresent(masks::add);
        Found mask = mask(config, masks, tokens, vocabulary);

        List<Found> ends = new ArrayList<>(listed(config, "eos_token_id", vocabulary));
        named(config, "eos_token", tokens, vocabulary).ifPresent(ends::add);
        config.require("eos_token_id", !ends.isEmpty(), "there, or named in tokenizer_config.json (eos_token)");
        ENDS.forEach(token -> known(token, tokens, vocabulary).ifPresent(ends::add));
        Found end = ends.get(0);
        if (end.id() == mask.id()) {
            throw new CheckpointException(config.file() + ": mask and end token are both " + mask.id() + ", said by "
                    + mask.where() + " and " + end.where());
        }
        Set<Integer> seen = new TreeSet<>(Set.of(end.id(), mask.id()));
        List<Found> others = ends.stream().filter(found -> seen.add(found.id())).toList();

        List<Found> pads = new ArrayList<>(listed(config, "pad_token_id", vocabulary));
        named(config, "pad_token", tokens, vocabulary).ifPresent(pads::add);
        return new TokenIds(mask, end, others, pads.isEmpty() ? end : pads.get(0));
    }

    private static Found mask(ModelConfig config, List<Found> said, Map<String, Integer> tokens, int vocabulary) {
        Optional<String> wanted = config.overrides().maskToken();
        if (wanted.isPresent()) {
            return wanted(config, wanted.get(), tokens, vocabulary);
        }
        if (said.stream().map(Found::id).distinct().count() > 1) {
            throw new CheckpointException(config.file() + ": contradictory mask tokens, "
                    + said.stream().map(Found::toString).collect(Collectors.joining(" and "))
                    + "; say which where the folder is named, maskToken=...");
        }
        if (!said.isEmpty()) {
            return said.get(0);
        }
        return MASKS.stream()
                .flatMap(token -> known(token, tokens, vocabulary).stream())
                .findFirst()
                .orElseThrow(() -> config.refused(
                        MASK_FIELDS.get(0),
                        "there, or a mask token in " + GENERATION + ", " + TOKENIZER
                                + " or tokenizer.json (a model without" + " one is no masked diffusion model)"));
    }

    private static Found wanted(ModelConfig config, String maskToken, Map<String, Integer> tokens, int vocabulary) {
        Integer id = maskToken.matches("\\d{1,9}") ? Integer.valueOf(maskToken) : tokens.get(maskToken);
        if (id == null || id >= vocabulary) {
            throw new CheckpointException(config.file() + ": maskToken must be a token of the tokenizer or an id below "
                    + vocabulary + ", was " + maskToken);
        }
        return new Found(id, "maskToken=" + maskToken);
    }

    /** Ids of a field, those of config.json before those of generation_config.json. */
    private static List<Found> listed(ModelConfig config, String field, int vocabulary) {
        List<Found> found = new ArrayList<>();
        config.idList(field, vocabulary).forEach(id -> found.add(new Found(id, CONFIG + ": " + field)));
        config.beside(GENERATION).ifPresent(other -> other.idList(field, vocabulary)
                .forEach(id -> found.add(new Found(id, GENERATION + ": " + field))));
        return found;
    }

    /** A token that the tokenizer's configuration names, as a text or an object with {@code content}. */
    private static Optional<Found> named(
            ModelConfig config, String field, Map<String, Integer> tokens, int vocabulary) {
        return config.beside(TOKENIZER)
                .flatMap(tokenizer -> tokenizer.content(field))
                .flatMap(token -> known(token, tokens, vocabulary)
                        .map(found -> new Found(found.id(), TOKENIZER + ": " + field + " " + token)));
    }

    private static Optional<Found> known(String token, Map<String, Integer> tokens, int vocabulary) {
        return Optional.ofNullable(tokens.get(token))
                .filter(id -> id >= 0 && id < vocabulary)
                .map(id -> new Found(id, "the token " + token));
    }

    /** The mask token. */
    public int mask() {
        return maskFound.id();
    }

    /** What ends a text. */
    public int end() {
        return endFound.id();
    }

    /** Everything that ends a text or a turn. */
    public Set<Integer> ends() {
        Set<Integer> ids = new TreeSet<>();
        ids.add(end());
        alsoEnds.forEach(found -> ids.add(found.id()));
        return ids;
    }

    /** Padding. */
    public int pad() {
        return padFound.id();
    }
}
