package io.maskflow.experiments.cli;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.decoder.backbone.BuiltinModels;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.finetuning.AlignRun;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.experiments.report.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code align}. */
@Command(
        name = "align",
        description = {
            "Teaches a base model to keep clean tokens clean (x-prediction alignment, Eqs. 11 and 12), on answers that it gives"
                    + " itself or on references."
        },
        footer = {"", "Example:  ./maskflow align configs/alignment/builtin-paper.yaml --out runs/aligned"})
final class AlignCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Run folder, new or empty. Default: runs/NAME-YYYYMMDD-HHMMSS.")
    private Path out;

    @Option(
            names = "--resume",
            description =
                    "Go on with the run in --out (default: the newest of this CONFIG in runs/); answers are kept.")
    private boolean resume;

    @ParentCommand
    private Main main;

    @Override
    public Integer call() throws IOException {
        LoadedConfig<AlignConfig> loaded = arguments.load(AlignConfig.class);
        AlignConfig config = loaded.value();
        RunFolder folder = RunFolder.open(arguments.runFolder(out, resume), resume);
        loaded.write(folder.config());
        FineTuningFiles.manifest(
                folder, "align " + arguments.config, config.training().seed(), BuiltinModels.folder(config.backbone()));
        try (ProgressLine answers = ProgressLine.start("answers", config.answers());
                FineTuningProgress progress = new FineTuningProgress("align")) {
            main.out().println(AlignRun.run(config, folder.path(), resume, done -> answers.update(done, ""), progress));
        }
        return ExitCode.DONE;
    }
}
