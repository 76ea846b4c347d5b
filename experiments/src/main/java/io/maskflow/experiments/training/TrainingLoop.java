package io.maskflow.experiments.training;

import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.metrics.MetricsLog;
import io.maskflow.experiments.metrics.SampleLog;
import io.maskflow.experiments.metrics.TensorBoardLog;
import io.maskflow.experiments.pages.Report;
import io.maskflow.experiments.run.DurableFile;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.experiments.training.step.GrpoTraining;
import io.maskflow.experiments.training.step.NumericFaults;
import io.maskflow.experiments.training.step.PromptOrder;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.grpo.GrpoLearner;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of a run that are left, and what keeps them safe: the state before a step is held until the step is whole,
 * so that a stop, a fault or a full disk in the midst of it leaves a run that goes on from there to the same bytes.
 */
final class TrainingLoop {

    private static final Logger LOG = LoggerFactory.getLogger(TrainingLoop.class);
    private static final long PAGE_NANOS = 60_000_000_000L;

    private final TrainConfig config;
    private final RunFolder folder;
    private final StopSignal stop;
    private final GrpoLearner learner;
    private final PromptOrder order;
    private final GrpoTraining training;
    private final Validation validation;
    private final NumericFaults faults;
    private final String configHash;
    private final long first;
    private Best best;
    private TrainingCheckpoint pending;
    private PolicyNetwork pendingPolicy;
    private long saved;
    private PolicyNetwork pendingRaw;
    private Optional<RunSoFar.Ending> ended = Optional.empty();
    private long paged = System.nanoTime() - PAGE_NANOS;

    /** Best validation score, after how many steps, and whether the parameters themselves had it or their average. */
    private record Best(double score, long step, boolean raw) {}

    /**
     * @param config every setting
     * @param folder where it is written
     * @param stop asked before each group
     * @param learner the policy and its optimizer, fresh or resumed
     * @param order which problems a step works on, fresh or resumed
     * @param training makes the steps
     * @param validation scores policies
     * @param faults counts numeric faults
     * @param configHash hash of the settings that move a number
     * @param from what the run goes on from
     */
    TrainingLoop(
            TrainConfig config,
            RunFolder folder,
            StopSignal stop,
            GrpoLearner learner,
            PromptOrder order,
            GrpoTraining training,
            Validation validation,
            NumericFaults faults,
            String configHash,
            Optional<TrainingCheckpoint> from) {
        this.config = config;
        this.folder = folder;
        this.stop = stop;
        this.learner = learner;
        this.order = order;
        this.training = training;
        this.validation = validation;
        this.faults = faults;
        this.configHash = configHash;
        this.first = from.map(TrainingCheckpoint::step).orElse(0L);
        this.saved = from.map(TrainingCheckpoint::step).orElse(-1L);
        this.best = from.map(c -> new Best(c.bestScore(), c.bestStep(), c.bestRaw()))
                .orElse(new Best(-Double.MAX_VALUE, 0, false));
    }

    /** Runs the steps; false if it was asked to stop before the last one. */
    boolean run() {
        remember(first);
        stop.whenImpatient(this::save);
        try (MetricsLog metrics = MetricsLog.resume(folder.metrics(), first);
                SampleLog samples = SampleLog.resume(folder.samples(), first);
                TensorBoardLog tensorBoard = TensorBoardLog.open(folder.tensorBoard(), first + 1);
                ProgressLine progress = ProgressLine.start("train", config.steps(), first)) {
            RunSoFar soFar = new RunSoFar(config.stop().collapse());
            MetricsLog.read(folder.metrics()).forEach(soFar::add);
            ended = soFar.ended(config.stop());
            for (long step = first; step < config.steps() && ended.isEmpty(); step++) {
                stop.check();
                long done = step + 1;
                Map<String, Double> values = step(step);
                soFar.add(values);
                soFar.warning().ifPresent(LOG::warn);
                ended = soFar.ended(config.stop());
                metrics.append(done, values);
                tensorBoard.append(done, values);
                samples.append(training.samples());
                tensorBoard.append(done, training.samples());
                remember(done);
                if (done % config.checkpointEvery() == 0
                        || done == config.steps()
                        || ended.isPresent()
                        || best.step() == done) {
                    save();
                    page();
                }
                progress.update(done, line(values));
            }
        } catch (StopSignal.Requested asked) {
            save();
            return false;
        } catch (RuntimeException failure) {
            saveAfter(failure);
            throw failure;
        }
        finish();
        return true;
    }

    /** Which rule ended the run before its last step, if one did. */
    Optional<RunSoFar.Ending> ended() {
        return ended;
    }

    private Map<String, Double> step(long step) {
        long started = System.nanoTime();
        Map<String, Double> values = training.step(step);
        values.put("step_time", (System.nanoTime() - started) / 1e9);
        long done = step + 1;
        int every = config.validation().every();
        if (every > 0 && (done % every == 0 || done == config.steps())) {
            long before = System.nanoTime();
            validate(done, values);
            values.put("validation_time", (System.nanoTime() - before) / 1e9);
        }
        return values;
    }

    /** Scores the average and, where it is another policy, the parameters themselves; the better one may be the best so far. */
    private void validate(long done, Map<String, Double> values) {
        PolicyNetwork average = learner.averaged().network();
        values.putAll(validation.score("validation/", average, stop));
        offer(new Best(values.get("validation/score"), done, false), average);
        if (averages()) {
            PolicyNetwork raw = learner.snapshot().network();
            values.putAll(validation.score("validation_raw/", raw, stop));
            offer(new Best(values.get("validation_raw/score"), done, true), raw);
        }
    }

    private boolean averages() {
        return config.grpo().emaDecay() > 0;
    }

    private void offer(Best candidate, PolicyNetwork policy) {
        if (candidate.score() > best.score()) {
            write(folder.bestPolicy(), policy);
            best = candidate;
        }
    }

    /** Which policy is kept as the best, in words. */
    String kept() {
        if (best.step() == 0) {
            return "kept as best/: the last policy, there was no validation";
        }
        return String.format(
                Locale.ROOT,
                "kept as best/: after step %d %s, validation score %.3f",
                best.step(),
                best.raw() ? "the parameters themselves" : averages() ? "the running average" : "the policy",
                best.score());
    }

    /** Holds the state after {@code done} steps: what a save writes from now on. */
    private synchronized void remember(long done) {
        pending = new TrainingCheckpoint(
                done,
                best.score(),
                best.step(),
                best.raw(),
                faults.count(),
                configHash,
                order.state(),
                learner.state());
        pendingPolicy = learner.averaged().network();
        pendingRaw = learner.snapshot().network();
    }

    /** Writes the last whole step, unless that is done; also called by the thread of a signal. */
    private synchronized void save() {
        if (pending.step() != saved) {
            pending.write(folder, pendingPolicy, pendingRaw, config.keepCheckpoints());
            saved = pending.step();
        }
    }

    /** The page so far, once a minute at most: a run is watched while it goes on. */
    private void page() {
        long now = System.nanoTime();
        if (now - paged < PAGE_NANOS) {
            return;
        }
        paged = now;
        try {
            Report.of(List.of(folder)).write(folder.report());
        } catch (RuntimeException noPage) {
            LOG.warn("{} cannot be written now: {}", folder.report(), noPage.getMessage());
        }
    }

    /** Saves what can be saved; the failure is what is told. */
    private void saveAfter(RuntimeException failure) {
        try {
            save();
        } catch (RuntimeException unsaved) {
            failure.addSuppressed(unsaved);
        }
    }

    private void finish() {
        PolicyNetwork last = learner.averaged().network();
        write(folder.policy(), last);
        if (averages()) {
            write(folder.rawPolicy(), learner.snapshot().network());
        }
        if (best.step() == 0) {
            write(folder.bestPolicy(), last); // without validation the last policy is the best that is known
        }
    }

    private static void write(Path file, PolicyNetwork policy) {
        DurableFile.write(file, draft -> PolicyFile.write(draft, policy));
    }

    private static String line(Map<String, Double> values) {
        StringBuilder line = new StringBuilder(String.format(
                Locale.ROOT,
                "reward %.3f  pass %.3f  t_final %.3f  nfe %.1f",
                values.get("reward"),
                values.get("pass_rate/all"),
                values.get("t_final_mean"),
                values.get("nfe_mean")));
        line.append(
                Double.isNaN(values.get("entropy"))
                        ? "  every group flat"
                        : String.format(Locale.ROOT, "  entropy %.2f", values.get("entropy")));
        if (values.containsKey("validation/score")) {
            line.append(String.format(Locale.ROOT, "  validation %.3f", values.get("validation/score")));
        }
        if (values.containsKey("validation_raw/score")) {
            line.append(String.format(Locale.ROOT, " (raw %.3f)", values.get("validation_raw/score")));
        }
        return line.toString();
    }
}
