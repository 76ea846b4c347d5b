package io.maskflow.experiments.finetuning;

import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.reward.problem.builtin.BuiltinCorpus;
import java.util.HashSet;
import java.util.Set;

/** The stream of built-in training pairs as token ids. */
final class BuiltinExamples implements TrainingExamples {

    /** Where the substitutes of pairs that are too long begin: no run reads that far. */
    private static final long SUBSTITUTES = 1L << 40;

    private final BuiltinCorpus corpus;
    private final Tokenizer tokenizer;
    private final int responseLength;

    /**
     * A stream.
     *
     * @param tokenizer of the backbone, stays the caller's
     * @param seed of the corpus
     * @param responseLength pairs with longer answers are replaced
     */
    BuiltinExamples(Tokenizer tokenizer, long seed, int responseLength) {
        this.corpus = new BuiltinCorpus(seed);
        this.tokenizer = tokenizer;
        this.responseLength = responseLength;
    }

    @Override
    public TrainingExample example(long index) {
        for (long place = index; ; place += SUBSTITUTES) {
            BuiltinCorpus.Example pair = corpus.example(place);
            int[] answer = tokenizer.encode(pair.code());
            if (answer.length <= responseLength) {
                return new TrainingExample(tokenizer.encode(pair.prompt()), answer);
            }
        }
    }

    /** Tokens that are one digit, with or without a blank before it. */
    Set<Integer> digitTokens() {
        Set<Integer> digits = new HashSet<>();
        for (int digit = 0; digit <= 9; digit++) {
            for (String text : new String[] {"" + digit, " " + digit}) {
                int[] ids = tokenizer.encode(text);
                if (ids.length == 1) {
                    digits.add(ids[0]);
                }
            }
        }
        return digits;
    }
}
