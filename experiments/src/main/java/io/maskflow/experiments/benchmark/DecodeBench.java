package io.maskflow.experiments.benchmark;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.LogitRules;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.Window;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.experiments.reference.ReferenceNetworks;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalDouble;
import java.util.random.RandomGenerator;

/**
 * Takes a step of flow decoding apart: the model call (network, then vocabulary layer and statistics), the update of the
 * states, and the rest (policy and bookkeeping in Java); and sets the model call beside the reference implementation and
 * beside the bare matrix products of the network.
 */
public final class DecodeBench {

    private static final int SEED = 1;
    /** Decoders ask for the four most probable tokens. */
    private static final int TOP_K = 4;

    private DecodeBench() {}

    /**
     * What is measured.
     *
     * @param folder model folder
     * @param options number format and device
     * @param batch rows, each with its own prompt
     * @param promptLength prompt tokens
     * @param responseLength {@code N}
     * @param steps {@code T}
     * @param repeats decodings that are timed, after one that is not
     */
    public record Settings(
            Path folder,
            BackboneOptions options,
            int batch,
            int promptLength,
            int responseLength,
            int steps,
            int repeats) {

        /** Checks the ranges. */
        public Settings {
            atLeastOne("--batch", batch);
            atLeastOne("--prompt-length", promptLength);
            atLeastOne("--response-length", responseLength);
            atLeastOne("--steps", steps);
            atLeastOne("--repeats", repeats);
        }

        private static void atLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " must be at least 1, was " + value);
            }
        }
    }

    /**
     * Milliseconds of wall time per decode step, batch as a whole.
     *
     * @param step everything
     * @param modelCall network, vocabulary layer and statistics
     * @param network of {@code modelCall}: the same call with one position wanted instead of all
     * @param update states and rows inside the engine
     * @param bytesPerPosition bytes from the engine to Java per response position and step
     * @param allocatedBytes Java heap allocated per step
     * @param liveArrays engine arrays alive before the timed decodings, weights included
     * @param liveArrayGrowth engine arrays alive after all decodings less those before
     * @param reference the model call by the reference implementation, where there is one for this model and format
     * @param products the bare matrix products of all weight matrices on the same positions, float32 only
     */
    public record Result(
            double step,
            double modelCall,
            double network,
            double update,
            double bytesPerPosition,
            double allocatedBytes,
            int liveArrays,
            int liveArrayGrowth,
            OptionalDouble reference,
            OptionalDouble products) {

        /** Policy and bookkeeping in Java. */
        public double rest() {
            return step - modelCall - update;
        }

        /** The model call's share of a step. */
        public double modelShare() {
            return modelCall / step;
        }
    }

    /**
     * Measures.
     *
     * @param settings what
     * @param stepSize the step-size policy, its cost counts
     */
    public static Result run(Settings settings, StepSizePolicy stepSize) {
        List<int[]> prompts;
        Timing script;
        try (NetworkPredictor network = Backbones.open(settings.folder(), settings.options())) {
            prompts = prompts(
                    settings, network.info().vocabularySize(), network.info().maskId());
            script = time(settings, network, prompts, stepSize);
        }
        OptionalDouble reference = OptionalDouble.empty();
        OptionalDouble products = OptionalDouble.empty();
        if (settings.options().precision() == BackboneOptions.Precision.F32
                && settings.options().device().equals("cpu")) {
            try (MaskPredictor network = ReferenceNetworks.open(settings.folder())) {
                reference =
                        OptionalDouble.of(call(settings, network, prompts, Window.whole(settings.responseLength())));
            }
            int wanted = settings.batch() * settings.responseLength();
            products = MatrixProducts.millis(
                    settings.folder(),
                    Backbones.describe(settings.folder()).vocabularySize(),
                    settings.batch() * settings.promptLength() + wanted,
                    wanted,
                    settings.repeats() * settings.steps());
        }
        return new Result(
                script.step,
                script.modelCall,
                script.network,
                script.update,
                script.bytes,
                script.allocated,
                script.live,
                script.growth,
                reference,
                products);
    }

    private record Timing(
            double step,
            double modelCall,
            double network,
            double update,
            double bytes,
            double allocated,
            int live,
            int growth) {}

    private static Timing time(
            Settings settings, NetworkPredictor network, List<int[]> prompts, StepSizePolicy stepSize) {
        FlowDecoder decoder = new FlowDecoder(FlowSettings.defaults(), stepSize);
        List<DecodeRequest.Sample> samples = new ArrayList<>();
        for (int row = 0; row < settings.batch(); row++) {
            samples.add(new DecodeRequest.Sample(prompts.get(row), new SampleKey(SEED, 0, row, 0)));
        }
        DecodeRequest request = new DecodeRequest(samples, settings.responseLength(), settings.steps());
        TimedBackbone timed = new TimedBackbone(network);
        decoder.decode(timed, request, DecodingObserver.NONE);
        timed.reset();
        int liveBefore = network.liveArrays();
        long allocated = Heap.ofThisThread();
        long start = System.nanoTime();
        for (int i = 0; i < settings.repeats(); i++) {
            decoder.decode(timed, request, DecodingObserver.NONE);
        }
        double nanos = System.nanoTime() - start;
        allocated = Heap.ofThisThread() - allocated;
        double steps = timed.calls();
        int growth = network.liveArrays() - liveBefore;
        double oneWanted = call(
                settings,
                network,
                prompts,
                Window.whole(settings.responseLength()).wanting(0, 1));
        return new Timing(
                nanos / steps / 1e6,
                timed.predictNanos() / steps / 1e6,
                oneWanted,
                timed.updateNanos() / steps / 1e6,
                timed.bytesPerPosition(),
                allocated / steps,
                liveBefore,
                growth);
    }

    /** One model call on states that differ from row to row, in milliseconds; the median of all that are timed. */
    private static double call(Settings settings, MaskPredictor network, List<int[]> prompts, Window window) {
        int n = settings.batch() * settings.responseLength();
        int[] tokens = new int[n];
        float[] ones = new float[n];
        java.util.Arrays.fill(ones, 1f);
        RandomGenerator random = RandomStreams.of(SEED, "bench", 0, 0, 0, 1);
        for (int i = 0; i < n; i++) {
            tokens[i] = random.nextInt(network.info().vocabularySize());
        }
        List<Window> windows = Collections.nCopies(settings.batch(), window);
        LogitRules rules = LogitRules.plain(TOP_K);
        double[] millis = new double[Math.max(3, settings.repeats() * settings.steps())];
        try (DecodingSession session = network.open(prompts, settings.responseLength())) {
            session.mix(new float[n], ones, new float[n], tokens);
            session.predict(rules, windows);
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                session.predict(rules, windows);
                millis[i] = (System.nanoTime() - start) / 1e6;
            }
        }
        java.util.Arrays.sort(millis);
        return millis[millis.length / 2];
    }

    private static List<int[]> prompts(Settings settings, int vocabulary, int maskId) {
        List<int[]> prompts = new ArrayList<>();
        for (int row = 0; row < settings.batch(); row++) {
            RandomGenerator random = RandomStreams.of(SEED, "bench", 0, row, 0, 0);
            int[] prompt = new int[settings.promptLength()];
            for (int i = 0; i < prompt.length; i++) {
                int id = random.nextInt(vocabulary);
                prompt[i] = id == maskId ? (id + 1) % vocabulary : id;
            }
            prompts.add(prompt);
        }
        return prompts;
    }
}
