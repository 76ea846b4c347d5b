package io.maskflow.experiments.cli.run;

import ai.djl.engine.Engine;
import io.maskflow.alignment.TrainingProgress;
import io.maskflow.alignment.TrainingStopped;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.cli.shared.RunPage;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.RunManifest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** What {@code pretrain} and {@code align} have in common: where models are found, the manifest, stopping, the page. */
final class FineTuningFiles {

    private FineTuningFiles() {}

    static void manifest(RunFolder folder, String command, TrainingConfig training, Path model, List<Path> data) {
        RunManifest.collect(
                        command,
                        data,
                        List.of(model),
                        List.of(training.seed()),
                        "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
                        training.device(),
                        "none")
                .write(folder.manifest());
    }

    /** The folder of a model that a setting names, built-in ones included. */
    static Path model(LoadedConfig<?> loaded, String setting, String name) {
        String model = BackboneOverrides.modelOf(name);
        boolean builtin = model.equals("builtin") || model.startsWith("builtin/");
        return builtin ? BuiltinModels.folder(model) : loaded.existing(setting, model);
    }

    /** The folder of its tokenizer: the model's own, or the one named behind it. */
    static Path tokenizer(LoadedConfig<?> loaded, String setting, String name, Path model) {
        String said = BackboneOverrides.of(name).tokenizer();
        return said.isEmpty() ? model : loaded.existing(setting + ".tokenizer", said);
    }

    /** A training that is told when to stop. */
    interface Run {
        Path run(TrainingProgress progress) throws IOException;
    }

    /** Runs to the end or until the person stops it, and writes the page either way. */
    static int untilStopped(String what, LoadedConfig<?> loaded, Path folder, Console console, Run run)
            throws IOException {
        try (StopSignal stop = StopSignal.listen(() -> System.err.println(
                "\nmaskflow: stopping after this step; everything is saved (again: at once). Go on with:\n  "
                        + loaded.command().resumed(folder)))) {
            int code = run(what, console, run, stop);
            RunPage.write(folder, code, console); // before the process may go
            return code;
        }
    }

    private static int run(String what, Console console, Run run, StopSignal stop) throws IOException {
        try (FineTuningProgress progress = new FineTuningProgress(what, stop::requested)) {
            console.out().println(run.run(progress));
            return ExitCode.DONE;
        } catch (TrainingStopped stopped) {
            return ExitCode.INTERRUPTED;
        }
    }
}
