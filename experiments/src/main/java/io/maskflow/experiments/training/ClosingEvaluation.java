package io.maskflow.experiments.training;

import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.StepSizes;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.evaluation.EvaluateRun;
import io.maskflow.experiments.report.RunFolder;
import io.maskflow.experiments.report.StopSignal;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.reward.sandbox.Grader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.util.Optional;

/** The evaluation at the end of a training run, with its best policy, into the same run folder. */
final class ClosingEvaluation {

    private ClosingEvaluation() {}

    /**
     * @return false if it was stopped early; it starts afresh on resume
     */
    static boolean run(
            LoadedConfig<TrainConfig> loaded, Grader grader, StopSignal stop, RunFolder folder, PrintStream out) {
        FileFinder files = loaded::existing;
        EvaluateConfig config = loaded.value().evaluation();
        if (config.backbone().isEmpty()) {
            config = config.withBackbone(loaded.value().backbone());
        }
        config = config.asPartOf(loaded.value().grader(), loaded.value().fleet());
        try {
            StepSizes stepSizes = new StepSizes(
                    Optional.of(PolicyFile.read(folder.bestPolicy())), files, LatentStreams.KEYED);
            EvaluateRun.clear(folder);
            return EvaluateRun.evaluate(config, stepSizes, grader, files, stop, folder, out);
        } catch (IOException e) {
            throw new UncheckedIOException("the closing evaluation failed: " + e.getMessage(), e);
        }
    }
}
