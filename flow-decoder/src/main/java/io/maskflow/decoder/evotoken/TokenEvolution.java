package io.maskflow.decoder.evotoken;

import io.maskflow.decoder.RowPrediction;
import java.util.Arrays;

/**
 * Stages and tokens of one row, and how a model call changes them. Decoding and training share these rules.
 *
 * <p>In a call every position that is not decoded gets a new embedding by its stage; the selected ones of the current
 * block enter {@link TokenStage#SOFT}. A position's token is the most confident prediction since it got there. When all
 * positions of the block are soft, they are decoded: their next embedding is that of the token.
 *
 * @paper EVO Step-wise Token Update
 */
public final class TokenEvolution {

    private final EvoTokenSettings settings;
    private final TokenStage[] stage;
    private final int[] token;
    private final float[] tokenConfidence;

    /**
     * A row of masks.
     *
     * @param settings k, alpha, selection
     * @param length {@code N}
     */
    public TokenEvolution(EvoTokenSettings settings, int length) {
        this.settings = settings;
        this.stage = new TokenStage[length];
        this.token = new int[length];
        this.tokenConfidence = new float[length];
        Arrays.fill(stage, TokenStage.MASK);
    }

    /** Starts a position as a token that is never changed again. */
    public void decoded(int i, int id) {
        stage[i] = TokenStage.DECODED;
        token[i] = id;
    }

    /** Stage of a position. */
    public TokenStage stage(int i) {
        return stage[i];
    }

    /** Token of a position that is soft or decoded. */
    public int token(int i) {
        return token[i];
    }

    /**
     * One call's update.
     *
     * @param seen what the model said; the mask token has no probability
     * @param from first position of the current block
     * @param to end of the current block
     * @param count positions to select; with a threshold, the least number to select
     * @param all select every position that is left
     * @return where the token was chosen or exchanged, {@code [to - from]}
     */
    public boolean[] step(RowPrediction seen, int from, int to, int count, boolean all) {
        boolean[] changed = new boolean[to - from];
        for (int i = from; i < to; i++) {
            if (stage[i] == TokenStage.SOFT && seen.confidence(i) > tokenConfidence[i]) {
                changed[i - from] = token[i] != seen.argmax(i);
                take(seen, i);
            }
        }
        boolean[] selected = select(seen, from, to, count, all);
        for (int i = 0; i < stage.length; i++) {
            if (i >= from && i < to && selected[i - from]) {
                stage[i] = TokenStage.SOFT;
                take(seen, i);
                changed[i - from] = true;
            } else if (stage[i] == TokenStage.MASK) {
                stage[i] = TokenStage.SOFT_WITH_MASK;
            }
        }
        return changed;
    }

    private void take(RowPrediction seen, int i) {
        token[i] = seen.argmax(i);
        tokenConfidence[i] = seen.confidence(i);
    }

    private boolean[] select(RowPrediction seen, int from, int to, int count, boolean all) {
        boolean[] selected = new boolean[to - from];
        for (int n = 0; n < count; n++) {
            int best = -1;
            for (int i = from; i < to; i++) {
                if (open(i) && !selected[i - from] && (best < 0 || score(seen, i) > score(seen, best))) {
                    best = i;
                }
            }
            if (best >= 0) {
                selected[best - from] = true;
            }
        }
        for (int i = from; i < to; i++) {
            boolean sure = settings.threshold() > 0 && seen.confidence(i) >= settings.threshold();
            selected[i - from] |= open(i) && (all || sure);
        }
        return selected;
    }

    private double score(RowPrediction seen, int i) {
        return settings.remasking().score(seen, i, seen.confidence(i), 0);
    }

    private boolean open(int i) {
        return stage[i] == TokenStage.MASK || stage[i] == TokenStage.SOFT_WITH_MASK;
    }

    /** Whether the positions {@code from .. to - 1} all have a token. */
    public boolean complete(int from, int to) {
        for (int i = from; i < to; i++) {
            if (open(i)) {
                return false;
            }
        }
        return true;
    }

    /** Decodes the soft positions {@code from .. to - 1}. */
    public void decode(int from, int to) {
        Arrays.fill(stage, from, to, TokenStage.DECODED);
    }

    /** What is fed next at a position, by its stage. */
    public SoftToken embedding(RowPrediction seen, int i) {
        int k = Math.min(settings.k(), seen.topK());
        int[] ids = new int[k];
        double[] p = new double[k];
        for (int c = 0; c < k; c++) {
            ids[c] = seen.topId(i, c);
            p[c] = seen.topProbability(i, c);
        }
        return SoftToken.of(stage[i], settings.alpha(), ids, p, token[i]);
    }
}
