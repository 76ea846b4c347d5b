package io.maskflow.experiments.finetuning;

import io.maskflow.alignment.data.TrainingExample;
import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.builtin.BuiltinCorpus;
import java.util.HashSet;
import java.util.Set;

/** The stream of built-in training pairs as token ids. */
final class BuiltinExamples implements TrainingExamples {

    /** Where the substitutes of pairs that are too long begin: no run reads that far. */
    private static final long SUBSTITUTES = 1L << 40;

    private static final int MOST_TRIED = 1000;

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

    /**
     * {@inheritDoc}
     *
     * @throws ConfigurationException if no answer of the corpus is as short as a response
     */
    @Override
    public TrainingExample example(long index) {
        int shortest = Integer.MAX_VALUE;
        for (int tried = 0; tried < MOST_TRIED; tried++) {
            BuiltinCorpus.Example pair = corpus.example(index + tried * SUBSTITUTES);
            int[] answer = tokenizer.encode(pair.code());
            if (answer.length <= responseLength) {
                return new TrainingExample(tokenizer.encode(pair.prompt()), answer);
            }
            shortest = Math.min(shortest, answer.length);
        }
        throw new ConfigurationException(
                "training.responseLength must hold an answer of the built-in corpus; the shortest" + " of " + MOST_TRIED
                        + " takes " + shortest + " tokens of this tokenizer, was " + responseLength);
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
