package io.maskflow.decoder.backbone;

/**
 * How a distribution is made narrower before a token is taken from it: temperature, top-p, top-k.
 *
 * <p>The token is the most probable one at temperature 0, and drawn above: the first token, in the order of ids, at which
 * the cumulative probability exceeds a given uniform number.
 *
 * @param temperature divides the logits, at least 0; 0 leaves them as they are
 * @param topP tokens beyond this cumulative probability, most probable first, are left out; in (0, 1], 1 keeps all
 * @param topK only so many of the most probable tokens are left; 0 keeps all
 * @param crossing whether the token that crosses {@code topP} is kept; the most probable one always is
 * @param topKFirst whether {@code topK} is applied before {@code topP} is counted
 * @param judged whether probabilities, entropy and top entries are those of the shaped distribution; otherwise it serves
 *     the draw alone
 * @param never id that is never drawn, -1 for none
 */
public record Shaping(
        float temperature, float topP, int topK, boolean crossing, boolean topKFirst, boolean judged, int never) {

    /** The model's distribution as it is, the most probable token. */
    public static final Shaping NONE = new Shaping(0f, 1f, 0, true, false, true, -1);

    /** Checks the ranges. */
    public Shaping {
        if (!(temperature >= 0 && temperature < Float.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("temperature must be at least 0, was " + temperature);
        }
        if (!(topP > 0 && topP <= 1)) {
            throw new IllegalArgumentException("topP must lie in (0, 1], was " + topP);
        }
        if (topK < 0) {
            throw new IllegalArgumentException("topK must be at least 1, or 0 for all tokens, was " + topK);
        }
    }

    /** LLaDA: a draw at a temperature (its Gumbel noise is the same in distribution), judged by the plain one. */
    public static Shaping llada(float temperature) {
        return new Shaping(temperature, 1f, 0, true, false, false, -1);
    }

    /** Dream: temperature, top-p, top-k, in this order; what is ranked is the shaped distribution. */
    public static Shaping dream(float temperature, float topP, int topK) {
        return new Shaping(temperature, topP, topK, true, false, true, -1);
    }

    /** LLaDA2: temperature, top-k, top-p. */
    public static Shaping llada2(float temperature, float topP, int topK) {
        return new Shaping(temperature, topP, topK, true, true, true, -1);
    }

    /** ReMDM: the token that crosses top-p is left out too. */
    public static Shaping remdm(float temperature, float topP) {
        return new Shaping(temperature, topP, 0, false, false, true, -1);
    }

    /** The same, and one id is never drawn. */
    public Shaping never(int id) {
        return new Shaping(temperature, topP, topK, crossing, topKFirst, judged, id);
    }

    /** Whether a token is drawn. */
    public boolean draws() {
        return temperature > 0;
    }

    /** Whether the distribution is changed at all. */
    public boolean changes() {
        return temperature > 0 && temperature != 1f || topP < 1f || topK > 0;
    }
}
