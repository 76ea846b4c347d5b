package io.maskflow.experiments.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Learns a byte-pair encoding from text and writes it as a Hugging Face {@code tokenizer.json}.
 *
 * <p>Text is cut into words, digits, runs of symbols, line breaks with their indentation, and runs of spaces; pairs are
 * merged inside a piece only, the most frequent pair first, of equals the one that comes first in the alphabet. So the
 * result is a function of the texts and the number of entries. The vocabulary is, in this order: padding, end and mask
 * (ids 0, 1, 2); the line feed and the printable ASCII characters; one entry for each other byte of valid UTF-8, so that
 * every text encodes without an unknown and decodes to itself; the merges.
 */
public final class BytePairTraining {
    /** The entry that fills a batch, id 0. */
    public static final String PADDING = "<|pad|>";
    /** The entry that ends a response, id 1. */
    public static final String END = "<|end|>";
    /** The entry that stands for an unknown position, id 2. */
    public static final String MASK = "<|mask|>";

    private static final String PIECES = " ?[A-Za-z]+| ?[0-9]| ?[^\\sA-Za-z0-9]+|\\n *| +";
    private static final Pattern PIECE = Pattern.compile(PIECES);

    private record Pair(String left, String right) {
        private boolean comesBefore(Pair other) {
            int order = left.compareTo(other.left);
            return order < 0 || order == 0 && right.compareTo(other.right) < 0;
        }
    }

    private final int entries;
    private final Map<String, Long> counts = new TreeMap<>();

    /**
     * Starts without any text.
     *
     * @param entries how many entries the vocabulary shall have, special ones included; at least those that every
     *     vocabulary has
     * @throws IllegalArgumentException if that is too few
     */
    public BytePairTraining(int entries) {
        int fewest = alphabet().size();
        if (entries < fewest) {
            throw new IllegalArgumentException("entries must be at least " + fewest + ", was " + entries);
        }
        this.entries = entries;
    }

    /**
     * Counts the pieces of a text.
     *
     * @param text any text; characters beyond printable ASCII are not learnt from
     */
    public void add(String text) {
        Matcher matcher = PIECE.matcher(text);
        while (matcher.find()) {
            counts.merge(matcher.group(), 1L, Long::sum);
        }
    }

    /**
     * Learns from all that was added.
     *
     * @return the text of a {@code tokenizer.json}
     * @throws IllegalStateException if the texts have too few pairs for so many entries
     */
    public String tokenizerJson() {
        Map<String, Integer> vocabulary = alphabet();
        Map<List<String>, Long> pieces = new LinkedHashMap<>();
        counts.forEach((piece, count) -> {
            if (piece.chars().allMatch(c -> c == '\n' || c >= ' ' && c <= '~')) {
                pieces.put(List.of(piece.split("")), count);
            }
        });
        List<Pair> merges = new ArrayList<>();
        while (vocabulary.size() < entries) {
            Pair pair = mostFrequent(pieces);
            merges.add(pair);
            vocabulary.putIfAbsent(pair.left() + pair.right(), vocabulary.size());
            Map<List<String>, Long> merged = new LinkedHashMap<>();
            pieces.forEach((piece, count) -> merged.put(merge(piece, pair), count));
            pieces.clear();
            pieces.putAll(merged);
        }
        return json(vocabulary, merges);
    }

    private Pair mostFrequent(Map<List<String>, Long> pieces) {
        Map<Pair, Long> pairs = new HashMap<>();
        pieces.forEach((piece, count) -> {
            for (int i = 0; i + 1 < piece.size(); i++) {
                pairs.merge(new Pair(piece.get(i), piece.get(i + 1)), count, Long::sum);
            }
        });
        Pair best = null;
        long most = 0;
        for (Map.Entry<Pair, Long> entry : pairs.entrySet()) {
            long count = entry.getValue();
            if (count > most || count == most && entry.getKey().comesBefore(best)) {
                best = entry.getKey();
                most = count;
            }
        }
        if (best == null) {
            throw new IllegalStateException("the texts have no pair left to merge for " + entries + " entries");
        }
        return best;
    }

    private static List<String> merge(List<String> piece, Pair pair) {
        List<String> merged = new ArrayList<>(piece.size());
        for (int i = 0; i < piece.size(); i++) {
            boolean isPair = i + 1 < piece.size()
                    && piece.get(i).equals(pair.left())
                    && piece.get(i + 1).equals(pair.right());
            merged.add(isPair ? pair.left() + pair.right() : piece.get(i));
            i += isPair ? 1 : 0;
        }
        return merged;
    }

    private static Map<String, Integer> alphabet() {
        Map<String, Integer> alphabet = new LinkedHashMap<>();
        for (String special : List.of(PADDING, END, MASK, "\n")) {
            alphabet.put(special, alphabet.size());
        }
        for (char c = ' '; c <= '~'; c++) {
            alphabet.put(String.valueOf(c), alphabet.size());
        }
        for (int b = 0; b < 0xF5; b++) {
            boolean isCharacter = b == '\n' || b >= ' ' && b <= '~';
            boolean neverValid = b == 0xC0 || b == 0xC1;
            if (!isCharacter && !neverValid) {
                alphabet.put(String.format("<0x%02X>", b), alphabet.size());
            }
        }
        return alphabet;
    }

    private static String json(Map<String, Integer> vocabulary, List<Pair> merges) {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.put("version", "1.0").putNull("truncation").putNull("padding");
        ArrayNode added = root.putArray("added_tokens");
        for (String special : List.of(PADDING, END, MASK)) {
            added.addObject()
                    .put("id", vocabulary.get(special))
                    .put("content", special)
                    .put("single_word", false)
                    .put("lstrip", false)
                    .put("rstrip", false)
                    .put("normalized", false)
                    .put("special", true);
        }
        root.putNull("normalizer");
        ObjectNode split = root.putObject("pre_tokenizer");
        split.put("type", "Split").putObject("pattern").put("Regex", PIECES);
        split.put("behavior", "Isolated").put("invert", false);
        root.putNull("post_processor");
        ObjectNode decoder = root.putObject("decoder").put("type", "Sequence");
        ArrayNode decoders = decoder.putArray("decoders");
        decoders.addObject().put("type", "ByteFallback");
        decoders.addObject().put("type", "Fuse");
        ObjectNode model =
                root.putObject("model").put("type", "BPE").putNull("dropout").putNull("unk_token");
        model.putNull("continuing_subword_prefix").putNull("end_of_word_suffix");
        model.put("fuse_unk", false).put("byte_fallback", true).put("ignore_merges", false);
        vocabulary.forEach(model.putObject("vocab")::put);
        ArrayNode mergeArray = model.putArray("merges");
        merges.forEach(pair -> mergeArray.addArray().add(pair.left()).add(pair.right()));
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a tree of strings could not be written", impossible);
        }
    }
}
