package io.maskflow.experiments.cli.run;

import io.maskflow.alignment.TrainingProgress;
import io.maskflow.experiments.console.ProgressLine;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/** Shows the steps of {@code pretrain} and {@code align} on a progress line, from the first step on. */
final class FineTuningProgress implements TrainingProgress, AutoCloseable {

    private final String what;
    private final BooleanSupplier stop;
    private ProgressLine line;

    FineTuningProgress(String what, BooleanSupplier stop) {
        this.what = what;
        this.stop = stop;
    }

    @Override
    public boolean stopRequested() {
        return stop.getAsBoolean();
    }

    @Override
    public void stepDone(Report report) {
        if (line == null) {
            line = ProgressLine.start(what, report.steps(), report.step() - 1);
        }
        line.update(
                report.step(),
                String.format(
                        Locale.ROOT,
                        "loss %.4f  lr %.1e  %.0f tokens/s",
                        report.loss(),
                        report.learningRate(),
                        report.tokensPerSecond()));
    }

    @Override
    public void close() {
        if (line != null) {
            line.close();
        }
    }
}
