package io.maskflow.decoder.backbone;

/**
 * What one model call computes of one row: which positions are fed, what else they attend to, and where predictions are
 * wanted. Positions are those of the response, {@code 0 .. N - 1}; negative ones count back from its start into the
 * prompt.
 *
 * <p>Fed positions attend to each other and to the keys and values that an earlier call of the same session kept for
 * positions before {@code from}, and from {@code to} up to {@code keysTo}. So, with N the response length and a block
 * {@code [s, e)}:
 *
 * <table>
 * <caption>Calls of the published decoders</caption>
 * <tr><th>call</th><th>window</th></tr>
 * <tr><td>everything, no cache</td><td>{@code Window.whole(N)}</td></tr>
 * <tr><td>prefix and dual cache, first call of a block</td><td>{@code Window.whole(N).wanting(s, e).keeping()}</td></tr>
 * <tr><td>prefix cache, later calls: the suffix is fed</td><td>{@code Window.of(s, N).wanting(s, e)}</td></tr>
 * <tr><td>dual cache, later calls: the block is fed, later positions stay stale</td>
 *     <td>{@code Window.of(s, e).attendingTo(N)}</td></tr>
 * <tr><td>block-causal mask, no cache</td><td>{@code Window.upTo(e).wanting(s, e)}</td></tr>
 * <tr><td>block-causal mask, exact cache, first call of a block: the block {@code [r, s)} before it, now finished, is fed
 *     once more and kept</td><td>{@code Window.of(r, e).wanting(s, e).keeping()}</td></tr>
 * <tr><td>block-causal mask, exact cache, later calls</td><td>{@code Window.of(s, e)}</td></tr>
 * </table>
 *
 * @param from first position fed; {@link #PROMPT} for the first of the prompt
 * @param to end of the positions fed
 * @param keysTo end of the positions attended to, at least {@code to}; those from {@code to} on come from the cache
 * @param kept whether keys and values of the fed positions are kept for later calls
 * @param wantedFrom first position whose prediction is wanted, at least 0 and {@code from}
 * @param wantedTo end of those, at most {@code to}
 */
public record Window(int from, int to, int keysTo, boolean kept, int wantedFrom, int wantedTo) {

    /** {@code from} of a call that feeds the whole prompt. */
    public static final int PROMPT = Integer.MIN_VALUE;

    /** Refuses ranges that are empty or do not lie in each other. */
    public Window {
        if (from >= to || to < 1 || keysTo < to) {
            throw new IllegalArgumentException("a window must feed at least one position up to one of the response, and"
                    + " attend to those at least; was from " + from + " to " + to + ", keys to " + keysTo);
        }
        if (wantedFrom < Math.max(from, 0) || wantedTo <= wantedFrom || wantedTo > to) {
            throw new IllegalArgumentException("predictions must be wanted for at least one response position in "
                    + Math.max(from, 0) + " to " + to + ", were from " + wantedFrom + " to " + wantedTo);
        }
    }

    /** Prompt and response, without a cache. */
    public static Window whole(int responseLength) {
        return upTo(responseLength);
    }

    /** Prompt and response up to a position, without a cache. */
    public static Window upTo(int to) {
        return of(PROMPT, to);
    }

    /** Some positions, attending to all that is cached before them. */
    public static Window of(int from, int to) {
        return new Window(from, to, to, false, Math.max(from, 0), to);
    }

    /** The same, with predictions for some positions only; the others of {@link Prediction} stay 0. */
    public Window wanting(int wantedFrom, int wantedTo) {
        return new Window(from, to, keysTo, kept, wantedFrom, wantedTo);
    }

    /** The same, attending also to what is cached behind the fed positions, up to {@code keysTo}. */
    public Window attendingTo(int keysTo) {
        return new Window(from, to, keysTo, kept, wantedFrom, wantedTo);
    }

    /** The same, and keys and values of the fed positions replace those in the cache. */
    public Window keeping() {
        return new Window(from, to, keysTo, true, wantedFrom, wantedTo);
    }

    /** Whether the call can do without a cache. */
    public boolean standsAlone() {
        return from == PROMPT && keysTo == to && !kept;
    }
}
