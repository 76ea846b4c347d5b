package io.maskflow.decoder.backbone;

import java.util.List;

/** A session that hands every call on to another one: to be extended by what watches or times it. */
public class ForwardingSession implements DecodingSession {

    private final DecodingSession session;

    /**
     * Hands calls on.
     *
     * @param session who answers them; closed with this one
     */
    protected ForwardingSession(DecodingSession session) {
        this.session = session;
    }

    @Override
    public int rows() {
        return session.rows();
    }

    @Override
    public int length() {
        return session.length();
    }

    @Override
    public long sequencesComputed() {
        return session.sequencesComputed();
    }

    @Override
    public Prediction predict(LogitRules rules, List<Window> windows) {
        return session.predict(rules, windows);
    }

    @Override
    public void mix(float[] keep, float[] toToken, float[] toMask, int[] token) {
        session.mix(keep, toToken, toMask, token);
    }

    @Override
    public void travel(Interpolation road, float[] fraction, boolean[] fromMask, int[] token) {
        session.travel(road, fraction, fromMask, token);
    }

    @Override
    public void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {
        session.blend(keep, toMask, toExpected, token, toToken, k);
    }

    @Override
    public void retainRows(int[] keep) {
        session.retainRows(keep);
    }

    @Override
    public void join(List<int[]> prompts) {
        session.join(prompts);
    }

    @Override
    public float[] states() {
        return session.states();
    }

    @Override
    public void close() {
        session.close();
    }
}
