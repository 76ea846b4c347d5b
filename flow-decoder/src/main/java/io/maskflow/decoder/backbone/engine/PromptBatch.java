package io.maskflow.decoder.backbone.engine;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The prompts of a batch: each different one once, padded on the left to one length, with the rows that use it.
 * Consecutive rows with equal tokens share a prompt.
 */
final class PromptBatch {

    private final List<int[]> different = new ArrayList<>();
    private final int[] promptOf;
    private final int length;

    PromptBatch(List<int[]> prompts) {
        promptOf = new int[prompts.size()];
        for (int row = 0; row < promptOf.length; row++) {
            if (row == 0 || !Arrays.equals(prompts.get(row), prompts.get(row - 1))) {
                different.add(prompts.get(row));
            }
            promptOf[row] = different.size() - 1;
        }
        length = different.stream().mapToInt(prompt -> prompt.length).max().orElse(0);
    }

    /** {@code P}, the longest prompt. */
    int length() {
        return length;
    }

    /** {@code U}, different prompts. */
    int count() {
        return different.size();
    }

    /** For each row, its prompt. */
    int[] promptOf() {
        return promptOf;
    }

    /** Padded ids {@code [U, P]}. */
    NDArray ids(NDManager scope, int padId) {
        long[] ids = new long[count() * length];
        Arrays.fill(ids, padId);
        for (int u = 0; u < count(); u++) {
            int[] prompt = different.get(u);
            for (int i = 0; i < prompt.length; i++) {
                ids[(u + 1) * length - prompt.length + i] = prompt[i];
            }
        }
        return scope.create(ids, new Shape(count(), length));
    }

    /** True where a position of prompt or response may be attended to, {@code [U, P + N]}; null if everywhere. */
    NDArray visible(NDManager owner, int responseLength) {
        if (even()) {
            return null;
        }
        int whole = length + responseLength;
        boolean[] visible = new boolean[count() * whole];
        for (int u = 0; u < count(); u++) {
            Arrays.fill(visible, u * whole + length - different.get(u).length, (u + 1) * whole, true);
        }
        return owner.create(visible, new Shape(count(), whole));
    }

    /** Positions of padding before each prompt, {@code [U]} int64. */
    NDArray pads(NDManager owner) {
        return owner.create(
                different.stream().mapToLong(prompt -> length - prompt.length).toArray());
    }

    /** Whether all prompts have one length, so that nothing is padded. */
    boolean even() {
        return different.stream().allMatch(prompt -> prompt.length == length);
    }

    /** Length of each prompt, {@code [U]}. */
    int[] lengths() {
        return different.stream().mapToInt(prompt -> prompt.length).toArray();
    }

    /** What is added to a position in the text of prompt {@code u} before it is divided by the block length. */
    int offset(int u, AttentionRule attention) {
        return attention.offset(different.get(u).length);
    }

    /** The same of all prompts, {@code [U]} int64. */
    NDArray offsets(NDManager owner, AttentionRule attention) {
        return owner.create(
                IntStream.range(0, count()).mapToLong(u -> offset(u, attention)).toArray());
    }

    /**
     * Refuses ids outside the vocabulary and lengths the model cannot take. Under a block-causal mask the last block is
     * decoded up to its end, which may lie behind the last position that an answer may have.
     */
    void check(BackboneInfo info, int responseLength, int blockLength) {
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        info.requireRoom(length, responseLength - Math.max(0, blockLength - 1));
        for (int[] prompt : different) {
            if (info.logitsPredictNext() && prompt.length == 0) {
                throw new IllegalArgumentException(
                        info.name() + " predicts the next position: a prompt needs at least one token, was empty");
            }
            requireIds(prompt, info);
        }
    }

    static void requireIds(int[] ids, BackboneInfo info) {
        for (int i = 0; i < ids.length; i++) {
            if (ids[i] < 0 || ids[i] >= info.vocabularySize()) {
                throw new IllegalArgumentException("token " + i + " is " + ids[i] + ", accepted are 0 to "
                        + (info.vocabularySize() - 1) + " (" + info.name() + ")");
            }
        }
    }
}
