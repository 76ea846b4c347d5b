package io.maskflow.experiments.conformance.decoders;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.ForwardingSession;
import io.maskflow.decoder.backbone.MaskPredictor;
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

    private final class Watched extends ForwardingSession {

        Watched(DecodingSession session) {
            super(session);
        }

        @Override
        public void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {
            lastBlend = new Blend(toMask, toExpected, token, toToken, k);
            super.blend(keep, toMask, toExpected, token, toToken, k);
        }

        @Override
        public void close() {
            finalStates = states();
            super.close();
        }
    }
}
