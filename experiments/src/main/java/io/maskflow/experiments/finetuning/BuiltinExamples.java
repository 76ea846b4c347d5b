package io.maskflow.experiments.finetuning;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.reward.problem.builtin.BuiltinCorpus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;

/** The stream of built-in training pairs as token ids. */
final class BuiltinExamples implements TrainingExamples, AutoCloseable {

    private final BuiltinCorpus corpus;
    private final HuggingFaceTokenizer tokenizer;
    private final int responseLength;

    /**
     * Opens the tokenizer.
     *
     * @param folder with {@code tokenizer.json}
     * @param seed of the corpus
     * @param responseLength pairs with longer answers are passed over
     * @throws IOException if the tokenizer cannot be read
     */
    BuiltinExamples(Path folder, long seed, int responseLength) throws IOException {
        this.corpus = new BuiltinCorpus(seed);
        this.tokenizer = HuggingFaceTokenizer.builder()
                .optTokenizerPath(folder.resolve("tokenizer.json"))
                .optAddSpecialTokens(false)
                .optTruncation(false)
                .optPadding(false)
                .build();
        this.responseLength = responseLength;
    }

    /** Pair {@code index}, or the next of its own line of substitutes whose answer fits the response length. */
    @Override
    public TrainingExample example(long index) {
        long place = index;
        while (true) {
            BuiltinCorpus.Example pair = corpus.example(place);
            int[] answer = encode(pair.code());
            if (answer.length <= responseLength) {
                return new TrainingExample(encode(pair.prompt()), answer);
            }
            place += 1L << 40;
        }
    }

    int[] encode(String text) {
        return Arrays.stream(tokenizer.encode(text, false, false).getIds())
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    /** Tokens that are one digit, with or without a blank before it. */
    Set<Integer> digitTokens() {
        Set<Integer> digits = new HashSet<>();
        for (int digit = 0; digit <= 9; digit++) {
            for (String text : new String[] {"" + digit, " " + digit}) {
                int[] ids = encode(text);
                if (ids.length == 1) {
                    digits.add(ids[0]);
                }
            }
        }
        return digits;
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
