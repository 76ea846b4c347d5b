package io.maskflow.experiments.conformance;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import java.util.List;

/** A backbone that lets a check look into the states while something else decodes with it. Does not own the backbone. */
final class RecordingBackbone implements MaskPredictor {

    private final MaskPredictor backbone;
    private DecodingSession open;
    private float[] finalStates = {};
    private Blend lastBlend;

    RecordingBackbone(MaskPredictor backbone) {
        this.backbone = backbone;
    }

    /** The last update with several tokens per position, as it was asked for. */
    record Blend(float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {}

    /** What was fed last with several tokens per position; null if nothing was. */
    Blend lastBlend() {
        return lastBlend;
    }

    /** {@code [rows * N * E]} the states now, while decoding. */
    float[] states() {
        return open.states();
    }

    /** {@code [rows * N * E]} the states when the decoding ended. */
    float[] finalStates() {
        return finalStates.clone();
    }

    @Override
    public BackboneInfo info() {
        return backbone.info();
    }

    @Override
    public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention) {
        DecodingSession session = backbone.open(prompts, responseLength, attention);
        open = new Watched(session);
        return open;
    }

    @Override
    public void close() {
        // the backbone belongs to whoever opened it
    }

    private final class Watched implements DecodingSession {

        private final DecodingSession session;

        Watched(DecodingSession session) {
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
            lastBlend = new Blend(toMask, toExpected, token, toToken, k);
            session.blend(keep, toMask, toExpected, token, toToken, k);
        }

        @Override
        public void setMixtures(int[] tokens, float[] weights, int k) {
            session.setMixtures(tokens, weights, k);
        }

        @Override
        public void retainRows(int[] keep) {
            session.retainRows(keep);
        }

        @Override
        public float[] states() {
            return session.states();
        }

        @Override
        public void close() {
            finalStates = session.states();
            session.close();
        }
    }
}
