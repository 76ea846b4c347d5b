package io.maskflow.experiments.cli;

import ai.djl.engine.Engine;
import io.maskflow.experiments.report.RunFolder;
import io.maskflow.experiments.report.RunManifest;
import java.nio.file.Path;
import java.util.List;

/** The manifest of {@code pretrain} and {@code align}. */
final class FineTuningFiles {

    private FineTuningFiles() {}

    static void manifest(RunFolder folder, String command, long seed, Path model) {
        RunManifest.collect(
                        command,
                        List.of(),
                        List.of(model),
                        List.of(seed),
                        "PyTorch " + Engine.getEngine("PyTorch").getVersion(),
                        "cpu",
                        "none")
                .write(folder.manifest());
    }
}
