package io.maskflow.alignment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.recipe.AdamW;
import io.maskflow.alignment.recipe.TrainingConfig;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The training loop that pretraining and alignment share: loss, gradient, clipped AdamW step, report; now and then a
 * checkpoint. A run that was stopped and resumed ends in the same bytes as one that was not.
 *
 * <p>Writes {@code metrics.jsonl} and {@code checkpoints/} into the run folder.
 */
final class Training {

    private static final ObjectMapper JSON = new ObjectMapper();

    private final TrainableBackbone backbone;
    private final List<Group> groups;
    private final List<AdamW> optimizers = new ArrayList<>();
    private final TrainingObjective objective;
    private final TrainingConfig config;
    private final String fingerprint;

    /**
     * Weights with a rate of their own. Only the first group's decay.
     *
     * @param trained leaves of the gradient graph by name
     * @param rate factor of the learning rate
     */
    record Group(Map<String, NDArray> trained, double rate) {}

    /**
     * A run.
     *
     * @param backbone what is trained, changed in place
     * @param groups the weights that change, at least one group
     * @param objective what is minimised
     * @param config length, rate, optimizer
     * @param fingerprint says under which settings checkpoints are valid
     */
    Training(
            TrainableBackbone backbone,
            List<Group> groups,
            TrainingObjective objective,
            TrainingConfig config,
            String fingerprint) {
        this.backbone = backbone;
        this.groups = List.copyOf(groups);
        for (Group group : groups) {
            AdamW.Settings settings = optimizers.isEmpty()
                    ? config.optimizer()
                    : config.optimizer().withoutDecay();
            optimizers.add(new AdamW(backbone.manager(), group.trained(), settings));
        }
        this.objective = objective;
        this.config = config;
        this.fingerprint = fingerprint;
    }

    /**
     * Trains to the end.
     *
     * @param run folder of the run
     * @param resume go on from the newest checkpoint, if there is one
     * @param progress told after every step
     * @throws IOException if a file cannot be written
     * @throws TrainingStopped if {@code progress} asked for it
     */
    void run(Path run, boolean resume, TrainingProgress progress) throws IOException {
        Files.createDirectories(run);
        Path metrics = run.resolve("metrics.jsonl");
        long first = resume ? restore(run) : 0;
        keepLines(metrics, first);
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(true);
        // The profiling executor specialises on shapes, which change with every batch: plain interpretation is faster.
        JniUtils.setGraphExecutorOptimize(false);
        long started = System.nanoTime();
        try (BufferedWriter out =
                Files.newBufferedWriter(metrics, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (long step = first; step < config.steps(); step++) {
                TrainingProgress.Report report = step(step, first, started);
                out.write(line(report));
                out.newLine();
                out.flush();
                progress.stepDone(report);
                boolean stop = progress.stopRequested() && step + 1 < config.steps();
                if (stop || (step + 1) % config.checkpointEvery() == 0 && step + 1 < config.steps()) {
                    TrainingCheckpoint.write(run, step + 1, fingerprint, state());
                }
                if (stop) {
                    throw new TrainingStopped(step + 1);
                }
            }
        } finally {
            JniUtils.setGradMode(recording);
        }
        TrainingCheckpoint.write(run, config.steps(), fingerprint, state());
    }

    private TrainingProgress.Report step(long step, long first, long started) {
        long begun = System.nanoTime();
        double rate = config.learningRate().at(step, config.steps());
        double loss = 0;
        int tokens = 0;
        double norm;
        Map<String, Double> metrics = new LinkedHashMap<>();
        int parts = config.accumulate();
        try (NDManager scope = backbone.manager().newSubManager()) {
            for (int part = 0; part < parts; part++) {
                try (NDManager batchScope = scope.newSubManager()) {
                    NDArray share = batchScope.full(new Shape(), 1f / parts);
                    TrainingObjective.Value value = objective.loss(
                            batchScope,
                            step * parts + part,
                            term -> JniUtils.backward((PtNDArray) term, (PtNDArray) share, false, false));
                    loss += value.loss() / parts;
                    tokens += value.tokens();
                    value.metrics().forEach((name, number) -> metrics.merge(name, number / parts, Double::sum));
                }
            }
            if (!Double.isFinite(loss)) {
                throw new ArithmeticException("the loss of step " + (step + 1) + " is " + loss
                        + ": lower learningRate.peak (" + config.learningRate().peak() + ")");
            }
            double[] rates =
                    groups.stream().mapToDouble(group -> rate * group.rate()).toArray();
            norm = AdamW.step(scope, optimizers, rates);
        }
        long now = System.nanoTime();
        double secondsPerStep = (now - started) / 1e9 / (step - first + 1);
        return new TrainingProgress.Report(
                step + 1,
                config.steps(),
                loss,
                rate,
                norm,
                tokens / ((now - begun) / 1e9),
                secondsPerStep * (config.steps() - step - 1),
                metrics);
    }

    /** Everything that changes in a step: trained weights and moments. */
    private Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>();
        groups.forEach(group -> group.trained().forEach((name, tensor) -> state.put("weight." + name, tensor)));
        optimizers.forEach(optimizer -> state.putAll(optimizer.moments()));
        return state;
    }

    private long restore(Path run) throws IOException {
        // In place and outside of autograd: the leaves stay the same tensors.
        JniUtils.setGradMode(false);
        long step = TrainingCheckpoint.restoreNewest(run, fingerprint, state());
        optimizers.forEach(optimizer -> optimizer.setUpdates(step));
        return step;
    }

    /** Lines of steps after a checkpoint would be written twice: the file is cut back to the checkpoint. */
    private static void keepLines(Path metrics, long lines) throws IOException {
        if (Files.exists(metrics)) {
            List<String> all = Files.readAllLines(metrics);
            Files.write(metrics, all.subList(0, (int) Math.min(lines, all.size())));
        }
    }

    private static String line(TrainingProgress.Report report) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("step", report.step());
        line.put("loss", report.loss());
        line.put("lr", report.learningRate());
        line.put("grad_norm", report.gradientNorm());
        line.put("tokens_per_second", Math.round(report.tokensPerSecond()));
        line.putAll(report.metrics());
        try {
            return JSON.writeValueAsString(line);
        } catch (IOException cannotHappen) {
            throw new UncheckedIOException(cannotHappen);
        }
    }
}
