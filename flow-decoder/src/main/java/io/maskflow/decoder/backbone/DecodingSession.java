package io.maskflow.decoder.backbone;

import java.util.Collections;
import java.util.List;

/**
 * The continuous states of a batch of responses, kept inside the engine, and the model calls on them.
 *
 * <p>Rows are numbered {@code 0 .. rows - 1}, positions {@code 0 .. N - 1}; arrays are row-major {@code [rows * N]}.
 * States are float32 whatever the model computes in. Full-vocabulary logits never leave the engine.
 */
public interface DecodingSession extends AutoCloseable {

    /** Rows still in the batch. */
    int rows();

    /** Response positions {@code N} per row. */
    int length();

    /**
     * Sequences that went through the network so far: one per row and call, two with guidance, none for a row whose
     * prediction was known from another one.
     */
    long sequencesComputed();

    /**
     * One model call on {@code [prompt embeddings, x]} for all rows.
     *
     * @param rules what is done to the logits first, and how many top entries are wanted
     * @return per position statistics; the caller owns it
     */
    default Prediction predict(LogitRules rules) {
        return predict(rules, Collections.nCopies(rows(), Window.whole(length())));
    }

    /**
     * One model call on a part of each row, with keys and values of other positions from earlier calls.
     *
     * @param rules what is done to the logits first, and how many top entries are wanted
     * @param windows one per row; rows with equal ones are computed together
     * @return per position statistics; zeros where a row's window wants none
     * @throws IllegalArgumentException if a window does not lie in its row, or guidance is asked for together with a cache
     * @throws IllegalStateException if a window attends to positions that no earlier call kept
     */
    Prediction predict(LogitRules rules, List<Window> windows);

    /**
     * The one affine update behind all lerp decoders: {@code x_i = keep_i x_i + toToken_i E[token_i] + toMask_i m}.
     *
     * @param keep {@code [rows * N]}
     * @param toToken {@code [rows * N]}
     * @param toMask {@code [rows * N]}
     * @param token {@code [rows * N]} token ids
     */
    void mix(float[] keep, float[] toToken, float[] toMask, int[] token);

    /**
     * Moves every state a fraction of the way to a token embedding along a road; for the straight line {@link #mix} does
     * the same.
     *
     * @param road the road
     * @param fraction {@code [rows * N]} in [0, 1]; 0 leaves the state where it sets out
     * @param fromMask {@code [rows * N]} whether it sets out from the mask embedding instead of itself
     * @param token {@code [rows * N]} token ids
     */
    void travel(Interpolation road, float[] fraction, boolean[] fromMask, int[] token);

    /**
     * The same with several tokens per position and the expected embedding of the last call:
     * {@code x_i = keep_i x_i + toMask_i m + toExpected_i sum_v p_iv E[v] + sum_k toToken_ik E[token_ik]}.
     *
     * @param keep {@code [rows * N]}
     * @param toMask {@code [rows * N]}
     * @param toExpected {@code [rows * N]}; all 0 unless the last call's rules asked for the expectation
     * @param token {@code [rows * N * K]} token ids
     * @param toToken {@code [rows * N * K]}
     * @param k entries per position, at least 1
     * @throws IllegalStateException if an expected embedding is wanted that the last call did not compute
     */
    void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k);

    /**
     * Drops rows from the batch: finished rows cost nothing more.
     *
     * @param keep rows to keep, ascending, at least one; they are renumbered in this order
     */
    void retainRows(int[] keep);

    /**
     * Takes further rows into the batch, behind those that are there; they start at the mask embedding.
     *
     * @param prompts token ids, each as long as the prompts of the session: nothing is padded. Consecutive equal ones share a prompt
     * @throws IllegalArgumentException if a prompt has another length, or the prompts of the session have several
     */
    default void join(List<int[]> prompts) {
        throw new UnsupportedOperationException("no rows can join this session");
    }

    /** The states, {@code [rows * N * E]}: for tests, traces and conformance. */
    float[] states();

    @Override
    void close();
}
