package io.maskflow.decoder.tokenizer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.tensor.CheckpointException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The tokenizer of a folder that holds the files of a slow one in place of {@code tokenizer.json}: {@code vocab.json} and
 * {@code merges.txt}, with {@code added_tokens.json} and {@code tokenizer_config.json}. These say everything about byte-level
 * BPE but how a text is cut into words before, which the class of the tokenizer fixes: that of GPT-2, or that of Qwen2 (Dream).
 */
public final class TokenizerFiles {

    private static final ObjectMapper JSON = new ObjectMapper();

    /** How Qwen2's tokenizer cuts words, as its published {@code tokenizer.json} files say. */
    private static final String QWEN2_WORDS =
            "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";

    private static final Set<String> QWEN2 = Set.of("DreamTokenizer", "Qwen2Tokenizer", "Qwen2TokenizerFast", "Dream");
    private static final Set<String> GPT2 = Set.of("GPT2Tokenizer", "GPT2TokenizerFast", "mdlm", "gpt2");
    private static final List<String> SPECIAL =
            List.of("bos_token", "eos_token", "pad_token", "unk_token", "mask_token", "sep_token", "cls_token");

    private TokenizerFiles() {}

    /**
     * The added tokens of a folder, special ones among them, by their texts: those of {@code tokenizer.json}, then those of the
     * other files; the first that knows a text decides.
     *
     * @param folder a model's; may hold no tokenizer at all
     * @return ids as the files say them, which need not lie in the vocabulary of a model
     * @throws CheckpointException if a file is damaged
     */
    public static Map<String, Integer> addedTokens(Path folder) {
        Path whole = folder.resolve("tokenizer.json");
        Map<String, Integer> tokens = new LinkedHashMap<>();
        ArrayNode all = JSON.createArrayNode();
        if (Files.exists(whole)) {
            object(whole).path("added_tokens").forEach(all::add);
        }
        for (JsonNode token : all.addAll(added(folder))) {
            if (token.path("content").isTextual() && token.path("id").isInt()) {
                tokens.putIfAbsent(
                        token.get("content").textValue(), token.get("id").intValue());
            }
        }
        return tokens;
    }

    /**
     * A {@code tokenizer.json} of WordPiece or Unigram without a decoder, completed with the usual one of its kind: otherwise
     * pieces would be shown with the marks of their kind between blanks.
     *
     * @return empty where nothing is to be completed
     */
    static Optional<String> withDecoder(Path file) {
        ObjectNode root = (ObjectNode) object(file);
        String kind = root.path("model").path("type").asText();
        if (root.hasNonNull("decoder") || !kind.equals("WordPiece") && !kind.equals("Unigram")) {
            return Optional.empty();
        }
        ObjectNode decoder = root.putObject("decoder");
        if (kind.equals("WordPiece")) {
            JsonNode prefix = root.get("model").path("continuing_subword_prefix");
            decoder.put("type", kind).put("prefix", prefix.asText("##")).put("cleanup", true);
        } else {
            decoder.put("type", "Metaspace")
                    .put("replacement", "\u2581")
                    .put("prepend_scheme", "always")
                    .put("split", true);
        }
        return Optional.of(root.toString());
    }

    /** The text of a {@code tokenizer.json} that stands for the files of a slow tokenizer. */
    static String composed(Path folder) {
        Path vocabulary = folder.resolve("vocab.json");
        Path merges = folder.resolve("merges.txt");
        if (!Files.exists(vocabulary) || !Files.exists(merges)) {
            throw missing(folder);
        }
        boolean qwen2 = wordsOfQwen2(folder);
        ObjectNode root = JSON.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        root.set("added_tokens", added(folder));
        if (qwen2) {
            root.putObject("normalizer").put("type", "NFC");
        }
        ObjectNode bytes = byteLevel(
                object(folder, "tokenizer_config.json").path("add_prefix_space").asBoolean(), !qwen2);
        if (qwen2) {
            ObjectNode sequence = root.putObject("pre_tokenizer").put("type", "Sequence");
            ArrayNode steps = sequence.putArray("pretokenizers");
            ObjectNode split = steps.addObject().put("type", "Split");
            split.putObject("pattern").put("Regex", QWEN2_WORDS);
            split.put("behavior", "Isolated").put("invert", false);
            steps.add(bytes);
        } else {
            root.set("pre_tokenizer", bytes);
        }
        root.putNull("post_processor").set("decoder", byteLevel(true, true));
        ObjectNode model =
                root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token");
        model.put("continuing_subword_prefix", "").put("end_of_word_suffix", "");
        model.put("fuse_unk", false).put("byte_fallback", false);
        model.set("vocab", object(vocabulary));
        model.set("merges", merges(merges));
        return root.toString();
    }

    private static ObjectNode byteLevel(boolean prefixSpace, boolean words) {
        ObjectNode step = JSON.createObjectNode().put("type", "ByteLevel");
        return step.put("add_prefix_space", prefixSpace)
                .put("trim_offsets", false)
                .put("use_regex", words);
    }

    private static ArrayNode merges(Path file) {
        ArrayNode merges = JSON.createArrayNode();
        int number = 0;
        for (String line : lines(file)) {
            number++;
            if (line.isEmpty() || number == 1 && line.startsWith("#version")) {
                continue;
            }
            String[] pair = line.split(" ");
            if (pair.length != 2) {
                throw new CheckpointException(
                        file + ":" + number + " must be two pieces with a blank between, was " + line);
            }
            merges.addArray().add(pair[0]).add(pair[1]);
        }
        return merges;
    }

    private static boolean wordsOfQwen2(Path folder) {
        JsonNode named = object(folder, "tokenizer_config.json").path("tokenizer_class");
        String name = named.isTextual()
                ? named.textValue()
                : object(folder, "config.json").path("model_type").asText("");
        if (!QWEN2.contains(name) && !GPT2.contains(name)) {
            throw new CheckpointException(folder + " has no tokenizer.json, and how "
                    + (name.isEmpty() ? "its tokenizer" : name) + " cuts words is not known (GPT2Tokenizer,"
                    + " Qwen2Tokenizer and DreamTokenizer are)" + conversion(folder));
        }
        return QWEN2.contains(name);
    }

    /** Added tokens of both files, and special tokens that are part of the vocabulary. */
    private static ArrayNode added(Path folder) {
        JsonNode config = object(folder, "tokenizer_config.json");
        Map<Integer, ObjectNode> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> token :
                object(folder, "added_tokens.json").properties()) {
            if (token.getValue().isInt()) {
                int id = token.getValue().intValue();
                byId.put(id, token(token.getKey(), id));
            }
        }
        for (Map.Entry<String, JsonNode> token :
                config.path("added_tokens_decoder").properties()) {
            if (token.getKey().matches("\\d{1,9}")
                    && token.getValue().path("content").isTextual()) {
                int id = Integer.parseInt(token.getKey());
                byId.put(
                        id,
                        token(token.getValue().get("content").textValue(), id).setAll((ObjectNode) token.getValue()));
            }
        }
        JsonNode vocabulary = object(folder, "vocab.json");
        JsonNode map = object(folder, "special_tokens_map.json");
        for (String name : SPECIAL) {
            JsonNode said = config.hasNonNull(name) ? config.get(name) : map.path(name);
            String text =
                    said.isTextual() ? said.textValue() : said.path("content").asText("");
            if (vocabulary.path(text).isInt()) {
                byId.putIfAbsent(
                        vocabulary.get(text).intValue(),
                        token(text, vocabulary.get(text).intValue()));
            }
        }
        if (vocabulary.path("<|endoftext|>").isInt()) { // GPT-2's own, which its class names and its files need not
            int id = vocabulary.get("<|endoftext|>").intValue();
            byId.putIfAbsent(id, token("<|endoftext|>", id));
        }
        ArrayNode all = JSON.createArrayNode();
        byId.values().forEach(all::add);
        return all;
    }

    private static ObjectNode token(String content, int id) {
        ObjectNode token = JSON.createObjectNode().put("id", id).put("content", content);
        return token.put("single_word", false)
                .put("lstrip", false)
                .put("rstrip", false)
                .put("normalized", false)
                .put("special", true);
    }

    private static CheckpointException missing(Path folder) {
        boolean pieces =
                Files.exists(folder.resolve("tokenizer.model")) || Files.exists(folder.resolve("spiece.model"));
        boolean words = Files.exists(folder.resolve("vocab.txt"));
        String found = pieces
                ? "but a SentencePiece model"
                : words ? "but a WordPiece vocabulary" : "and no vocab.json with merges.txt";
        return new CheckpointException(folder + " has no tokenizer.json, " + found + conversion(folder));
    }

    private static String conversion(Path folder) {
        return "; name the folder of a tokenizer behind the model (MODEL@FOLDER, backbone.tokenizer), or convert once:\n"
                + "  python3 -c \"from transformers import AutoTokenizer; AutoTokenizer.from_pretrained('" + folder
                + "', use_fast=True, trust_remote_code=True).save_pretrained('" + folder + "')\"";
    }

    private static JsonNode object(Path folder, String name) {
        Path file = folder.resolve(name);
        return Files.exists(file) ? object(file) : JSON.createObjectNode();
    }

    private static JsonNode object(Path file) {
        try {
            JsonNode root = JSON.readTree(file.toFile());
            if (root == null || !root.isObject()) {
                throw new CheckpointException(file + " is no JSON object");
            }
            return root;
        } catch (IOException | StackOverflowError damaged) {
            throw new CheckpointException(file + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readString(file).lines().toList();
        } catch (IOException damaged) {
            throw new CheckpointException(file + " cannot be read: " + damaged.getMessage(), damaged);
        }
    }
}
