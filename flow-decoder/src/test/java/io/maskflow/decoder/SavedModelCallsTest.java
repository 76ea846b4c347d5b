package io.maskflow.decoder;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.Interpolation;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Prediction;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.flow.ConstantStepSize;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.maskprediction.MaskPredictionDecoder;
import io.maskflow.decoder.maskprediction.MaskPredictionSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Calls that are not made change nothing: with a real engine, against decodings that make all of them. */
class SavedModelCallsTest {

    private static final int G = 6;
    private static final int N = 12;
    private static NetworkPredictor model;

    @BeforeAll
    static void open() {
        model = Backbones.open(Path.of("src/test/resources/golden/llada-tiny"), BackboneOptions.standard());
    }

    @AfterAll
    static void close() {
        model.close();
    }

    /** Every sample goes its own way: its number says how far. */
    private static final StepSizePolicy BY_SAMPLE =
            row -> new ConstantStepSize(0.1 + 0.12 * row.key().sample()).choose(row);

    private static DecodeRequest group(int from, int to, int steps) {
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int sample = from; sample < to; sample++) {
            samples.add(new DecodeRequest.Sample(new int[] {5, 6, 7}, new SampleKey(0, 0, 0, sample)));
        }
        return new DecodeRequest(samples, N, steps);
    }

    /** Counts what went through the network. */
    private static final class Counted implements DecodingObserver {
        private long computed;

        @Override
        public void onStep(DecodingStep step) {}

        @Override
        public void onEnd(long sequencesComputed) {
            computed += sequencesComputed;
        }
    }

    @Test
    void theFirstStepOfAGroupIsComputedOnceAndEqualsThatOfEverySampleAlone() {
        int steps = 5;
        FlowDecoder decoder = new FlowDecoder(FlowSettings.defaults(), BY_SAMPLE);
        Counted shared = new Counted();
        Counted alone = new Counted();
        List<DecodedResponse> together = decoder.decode(model, group(0, G, steps), shared);
        for (int sample = 0; sample < G; sample++) {
            DecodedResponse one = decoder.decode(model, group(sample, sample + 1, steps), alone)
                    .get(0);
            assertThat(together.get(sample).tokenIds()).as("sample %d", sample).containsExactly(one.tokenIds());
            assertThat(together.get(sample).finalProgress()).containsExactly(one.finalProgress());
        }
        assertThat(alone.computed).isEqualTo(G * steps);
        assertThat(shared.computed).isEqualTo(G * steps - (G - 1));
        assertThat(together).map(DecodedResponse::finalProgress).doesNotHaveDuplicates();
    }

    @Test
    void finishedRowsLeaveTheBatchAndTheOthersDoNotNotice() {
        List<DecodeRequest.Sample> samples = IntStream.range(0, G)
                .mapToObj(row -> new DecodeRequest.Sample(new int[] {row, 40 + row}, new SampleKey(0, 0, row, 0)))
                .toList();
        DecodeRequest request = new DecodeRequest(samples, N, N);
        MaskPredictionDecoder decoder = new MaskPredictionDecoder(
                MaskPredictionSettings.defaults().withFactor(0.5).withBlockLength(4));
        Counted leaving = new Counted();
        Counted staying = new Counted();
        List<DecodedResponse> expected = decoder.decode(new NobodyLeaves(model), request, staying);
        List<DecodedResponse> responses = decoder.decode(model, request, leaving);
        for (int row = 0; row < G; row++) {
            assertThat(responses.get(row).tokenIds())
                    .containsExactly(expected.get(row).tokenIds());
            assertThat(responses.get(row).nfe()).isEqualTo(expected.get(row).nfe());
        }
        long nfe = responses.stream().mapToLong(DecodedResponse::nfe).sum();
        int longest = responses.stream().mapToInt(DecodedResponse::nfe).max().orElseThrow();
        assertThat(leaving.computed).isEqualTo(nfe);
        assertThat(staying.computed).isEqualTo((long) G * longest).isGreaterThan(nfe);
    }

    /** Computes rows that were dropped as if they were still there, and hides them again. */
    private record NobodyLeaves(MaskPredictor backbone) implements MaskPredictor {

        @Override
        public BackboneInfo info() {
            return backbone.info();
        }

        @Override
        public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention) {
            return new Whole(backbone.open(prompts, responseLength, attention));
        }

        @Override
        public void close() {
            // the backbone belongs to the test
        }
    }

    private static final class Whole implements DecodingSession {
        private final DecodingSession session;
        private int[] live;

        Whole(DecodingSession session) {
            this.session = session;
            this.live = IntStream.range(0, session.rows()).toArray();
        }

        @Override
        public int rows() {
            return live.length;
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
            List<Window> all = new ArrayList<>();
            for (int row = 0; row < session.rows(); row++) {
                all.add(Window.whole(length()));
            }
            Prediction p = session.predict(rules, all);
            int k = p.k();
            return new Prediction(
                    ints(p.argmax(), 1),
                    floats(p.argmaxProbability(), 1),
                    ints(p.topId(), k),
                    floats(p.topProbability(), k),
                    floats(p.logSumExp(), 1),
                    floats(p.entropy(), 1),
                    k);
        }

        private int[] ints(int[] all, int each) {
            int width = length() * each;
            int[] some = new int[live.length * width];
            for (int r = 0; r < live.length; r++) {
                System.arraycopy(all, live[r] * width, some, r * width, width);
            }
            return some;
        }

        private float[] floats(float[] all, int each) {
            int width = length() * each;
            float[] some = new float[live.length * width];
            for (int r = 0; r < live.length; r++) {
                System.arraycopy(all, live[r] * width, some, r * width, width);
            }
            return some;
        }

        @Override
        public void mix(float[] keep, float[] toToken, float[] toMask, int[] token) {
            int positions = session.rows() * length();
            float[] stay = new float[positions];
            java.util.Arrays.fill(stay, 1);
            float[] far = new float[positions];
            float[] back = new float[positions];
            int[] ids = new int[positions];
            for (int r = 0; r < live.length; r++) {
                System.arraycopy(keep, r * length(), stay, live[r] * length(), length());
                System.arraycopy(toToken, r * length(), far, live[r] * length(), length());
                System.arraycopy(toMask, r * length(), back, live[r] * length(), length());
                System.arraycopy(token, r * length(), ids, live[r] * length(), length());
            }
            session.mix(stay, far, back, ids);
        }

        @Override
        public void retainRows(int[] keep) {
            live = IntStream.of(keep).map(r -> live[r]).toArray();
        }

        @Override
        public void travel(Interpolation road, float[] fraction, boolean[] fromMask, int[] token) {
            throw new IllegalStateException("mask prediction does not travel");
        }

        @Override
        public void blend(float[] keep, float[] toMask, float[] toExpected, int[] token, float[] toToken, int k) {
            throw new IllegalStateException("mask prediction does not blend");
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
}
