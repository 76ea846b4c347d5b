package io.maskflow.decoder.backbone;

import java.util.Arrays;

/** States that are token embeddings. */
public final class Tokens {

    private Tokens() {}

    /** {@code x_i = E[token_i]}. */
    public static void set(DecodingSession session, int[] token) {
        float[] ones = new float[token.length];
        Arrays.fill(ones, 1f);
        session.mix(new float[token.length], ones, new float[token.length], token);
    }
}
