package io.maskflow.experiments.benchmark;

import com.sun.management.OperatingSystemMXBean;
import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.distribution.StepDistribution;
import io.maskflow.policy.grpo.ClippedSurrogate;
import io.maskflow.policy.grpo.DecisionBatch;
import io.maskflow.policy.grpo.GrpoConfig;
import io.maskflow.policy.grpo.GrpoConfig.LossAverage;
import io.maskflow.policy.grpo.SurrogateGradient;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import io.maskflow.policy.kernel.DenseKernel;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * What one update of the policy costs for each decision (a token at a step): forward, clipped loss of the Beta density and
 * gradient, by every backend and by automatic differentiation of the whole loss in the engine, all on the same
 * decisions; beside the bare matrix products of forward and backward pass.
 */
public final class LearnerBench {

    private static final int SEED = 1;
    private static final double MILLION = 1e6;
    /** Rows that the bare products are computed on at once. */
    private static final int TILE = 64;

    private LearnerBench() {}

    /**
     * What is measured.
     *
     * @param decisions in the batch, per thread
     * @param trajectory decisions per trajectory
     * @param hidden width of the policy's layers
     * @param threads that work at the same time, each on a batch of its own size; autograd always has one
     * @param repeats timed, after one that is not
     * @param warmUp CPU seconds of repetitions before anything is timed, so that the compiler's work is over
     * @param slow whether ND4J and autograd are measured too
     */
    public record Settings(
            int decisions, int trajectory, int hidden, int threads, int repeats, double warmUp, boolean slow) {

        /** Checks the ranges. */
        public Settings {
            atLeastOne("--decisions", decisions);
            atLeastOne("--trajectory", trajectory);
            atLeastOne("--hidden", hidden);
            atLeastOne("--threads", threads);
            atLeastOne("--repeats", repeats);
            if (!(warmUp >= 0)) {
                throw new IllegalArgumentException("--warm-up must be at least 0, was " + warmUp);
            }
        }

        private static void atLeastOne(String name, int value) {
            if (value < 1) {
                throw new IllegalArgumentException(name + " must be at least 1, was " + value);
            }
        }
    }

    /**
     * The cost of one way to compute the same.
     *
     * @param cpuSeconds CPU seconds of the whole process per million decisions, all threads together: what a thread
     *     spends on a million of its own
     * @param wallSeconds wall seconds per million decisions and thread
     * @param heapBytes Java heap allocated per decision by the calling thread
     */
    public record Cost(double cpuSeconds, double wallSeconds, double heapBytes) {}

    /**
     * Measures.
     *
     * @param settings what
     * @return {@code vector} (or {@code scalar} alone where the Vector API is absent), {@code scalar}, {@code nd4j},
     *     {@code autograd}, {@code behaviour} (log densities under the policy that drew, once per training step) and
     *     {@code products}, in this order
     */
    public static Map<String, Cost> run(Settings settings) {
        PolicyShape shape = shape(settings.hidden());
        PolicyNetwork policy = PolicyNetwork.initial(shape, SEED);
        DecisionBatch batch = decisions(shape, settings);
        ClippedSurrogate surrogate = GrpoConfig.defaults().surrogate();
        Map<String, Cost> costs = new LinkedHashMap<>();
        for (Choice choice : Choice.values()) {
            if (choice != Choice.ND4J || settings.slow()) {
                LearnerBackend backend = LearnerBackend.of(choice);
                costs.put(
                        backend.name(),
                        cost(
                                settings,
                                settings.threads(),
                                () -> SurrogateGradient.of(
                                        backend, policy, batch, surrogate, LossAverage.TRAJECTORY_MEAN)));
            }
        }
        if (settings.slow()) {
            try (AutogradLoss autograd = new AutogradLoss(policy, surrogate.clipLow(), surrogate.clipHigh())) {
                costs.put("autograd", cost(settings, 1, () -> autograd.gradient(batch)));
            }
        }
        costs.put("behaviour", cost(settings, settings.threads(), () -> batch.drawnBy(policy)));
        costs.put("products", products(settings, shape));
        return costs;
    }

    private static PolicyShape shape(int hidden) {
        PolicyShape paper = PolicyShape.PAPER;
        return new PolicyShape(
                paper.state(),
                hidden,
                paper.muMin(),
                paper.muMax(),
                paper.kappaMin(),
                paper.kappaMax(),
                paper.action());
    }

    /** States in [0, 1], latents within 1.7 standard deviations of what a slightly different policy expects. */
    static DecisionBatch decisions(PolicyShape shape, Settings settings) {
        int count = settings.decisions();
        int width = shape.state().size();
        RandomGenerator random = RandomStreams.of(SEED, "bench", 0, 0, 0, 2);
        float[] features = new float[count * width];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble();
        }
        double[] mu = new double[count];
        double[] kappa = new double[count];
        PolicyNetwork.initial(shape, SEED + 1).heads(features, count, mu, kappa);
        double[] latent = new double[count];
        double[] advantage = new double[count];
        double[] old = new double[count];
        for (int d = 0; d < count; d++) {
            double deviation = Math.sqrt(mu[d] * (1 - mu[d]) / (1 + kappa[d]));
            latent[d] = Math.max(1e-6, Math.min(1 - 1e-6, mu[d] + deviation * (3.4 * random.nextDouble() - 1.7)));
            advantage[d] = 2 * random.nextDouble() - 1;
            old[d] = new StepDistribution(mu[d], kappa[d]).logDensity(latent[d]);
        }
        int trajectories = (count + settings.trajectory() - 1) / settings.trajectory();
        int[] starts = new int[trajectories + 1];
        for (int j = 1; j <= trajectories; j++) {
            starts[j] = Math.min(count, j * settings.trajectory());
        }
        return DecisionBatch.of(width, features, latent, advantage, old, starts);
    }

    /** The five products of a forward and a backward pass, tile by tile, with the fastest kernel; the heads left out. */
    private static Cost products(Settings settings, PolicyShape shape) {
        DenseKernel kernel = DenseKernel.fastest();
        int f = shape.state().size();
        int p = (shape.hidden() + DenseKernel.PADDING - 1) / DenseKernel.PADDING * DenseKernel.PADDING;
        int tiles = (settings.decisions() + TILE - 1) / TILE;
        return cost(settings, settings.threads(), () -> {
            double[] s = new double[TILE * f];
            double[] h = new double[TILE * p];
            double[] z = new double[TILE * p];
            double[] w1 = new double[f * p];
            double[] w2 = new double[p * p];
            double[] sum1 = new double[f * p];
            double[] sum2 = new double[p * p];
            for (int tile = 0; tile < tiles; tile++) {
                kernel.multiplyAdd(z, TILE, p, f, s, 0, f, 1, w1);
                kernel.multiplyAdd(z, TILE, p, p, h, 0, p, 1, w2);
                kernel.multiplyAdd(sum2, p, p, TILE, h, 0, 1, p, z);
                kernel.multiplyAdd(h, TILE, p, p, z, 0, p, 1, w2);
                kernel.multiplyAdd(sum1, f, p, TILE, s, 0, 1, f, z);
            }
        });
    }

    private static Cost cost(Settings settings, int threads, Runnable work) {
        OperatingSystemMXBean process = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long begin = process.getProcessCpuTime();
        do {
            work.run();
        } while (process.getProcessCpuTime() - begin < settings.warmUp() * 1e9); // the compiler's work is not measured
        double[] cpu = new double[settings.repeats()];
        double[] wall = new double[settings.repeats()];
        double perMillion = MILLION / settings.decisions() / 1e9;
        for (int i = 0; i < cpu.length; i++) {
            long cpuBefore = process.getProcessCpuTime();
            long wallBefore = System.nanoTime();
            together(threads, work);
            wall[i] = (System.nanoTime() - wallBefore) * perMillion;
            cpu[i] = (process.getProcessCpuTime() - cpuBefore) * perMillion / threads;
        }
        Arrays.sort(cpu);
        Arrays.sort(wall);
        long heap = Heap.ofThisThread();
        work.run();
        return new Cost(
                cpu[cpu.length / 2],
                wall[wall.length / 2],
                (double) (Heap.ofThisThread() - heap) / settings.decisions());
    }

    /** The same work on this thread and {@code threads - 1} others. */
    private static void together(int threads, Runnable work) {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            Thread other = new Thread(work, "learner-" + i);
            other.setUncaughtExceptionHandler((thread, thrown) -> failure.compareAndSet(null, thrown));
            others.add(other);
            other.start();
        }
        work.run();
        for (Thread other : others) {
            try {
                other.join();
            } catch (InterruptedException asked) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while measuring", asked);
            }
        }
        if (failure.get() != null) {
            throw new IllegalStateException("a measured thread failed: " + failure.get(), failure.get());
        }
    }
}
