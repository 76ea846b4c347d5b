package io.maskflow.experiments.benchmark;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.ForwardingSession;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import java.util.List;

/** Adds up the time that a decoder spends in its backbone. Does not own the backbone. */
final class TimedBackbone implements MaskPredictor {

    private final MaskPredictor backbone;
    private long predictNanos;
    private long updateNanos;
    private long calls;
    private long positions;
    private long bytes;

    TimedBackbone(MaskPredictor backbone) {
        this.backbone = backbone;
    }

    /** Time in model calls, statistics included. */
    long predictNanos() {
        return predictNanos;
    }

    /** Time in updates of the states and in dropping rows. */
    long updateNanos() {
        return updateNanos;
    }

    long calls() {
        return calls;
    }

    /** Bytes that came from the engine per response position and call. */
    double bytesPerPosition() {
        return positions == 0 ? 0 : (double) bytes / positions;
    }

    void reset() {
        predictNanos = 0;
        updateNanos = 0;
        calls = 0;
        positions = 0;
        bytes = 0;
    }

    @Override
    public BackboneInfo info() {
        return backbone.info();
    }

    @Override
    public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention) {
        return new Timed(backbone.open(prompts, responseLength, attention));
    }

    @Override
    public void close() {
        // the backbone belongs to whoever opened it
    }

    private final class Timed extends ForwardingSession {

        Timed(DecodingSession session) {
            super(session);
        }

        @Override
        public Prediction predict(LogitRules rules, List<Window> windows) {
            long start = System.nanoTime();
            Prediction p = super.predict(rules, windows);
            predictNanos += System.nanoTime() - start;
            calls++;
            positions += p.argmax().length;
            bytes += 4L
                    * (p.argmax().length
                            + p.argmaxProbability().length
                            + p.topId().length
                            + p.topProbability().length
                            + p.logSumExp().length
                            + p.entropy().length
                            + p.temperedEntropy().length);
            return p;
        }

        private void update(Runnable change) {
            long start = System.nanoTime();
            change.run();
            updateNanos += System.nanoTime() - start;
        }

        @Override
        public void mix(float[] keep, float[] toToken, float[] toMask, int[] token) {
            update(() -> super.mix(keep, toToken, toMask, token));
        }

        @Override
        public void travel(Interpolation road, float[] fraction, boolean[] fromMask, int[] token) {
            update(() -> super.travel(road, fraction, fromMask, token));
        }

        @Override
        public void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {
            update(() -> super.blend(keep, toMask, toExpected, token, toToken, k));
        }

        @Override
        public void retainRows(int[] keep) {
            update(() -> super.retainRows(keep));
        }
    }
}
