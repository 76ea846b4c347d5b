package io.maskflow.experiments.cli.run;

import io.maskflow.alignment.AlignConfig;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.finetuning.AlignRun;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParentCommand;

/** {@code align}. */
@Command(
        name = "align",
        description = {
            "Fine-tunes a base model for the decoder it will meet (objective: x-prediction, soft-masking, evotoken, or plain"
                    + " mdlm), all weights or LoRA and DoRA adapters, on answers that it gives itself or on references."
        },
        footer = {"", "Example:  ./maskflow align configs/alignment/builtin-paper.yaml --out runs/aligned"})
public final class AlignCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws IOException {
        LoadedConfig<AlignConfig> loaded = arguments.load(AlignConfig.class);
        AlignConfig config = loaded.value();
        Path backbone = FineTuningFiles.model(loaded, "backbone", config.backbone());
        Path tokenizer = FineTuningFiles.tokenizer(loaded, "backbone", config.backbone(), backbone);
        List<Path> data = config.data().builtin()
                ? List.of()
                : List.of(loaded.existing("data.source", config.data().source()));
        Path path = arguments.runFolder();
        return RunEnding.noted(path, () -> run(loaded, path, backbone, tokenizer, data));
    }

    private int run(LoadedConfig<AlignConfig> loaded, Path path, Path backbone, Path tokenizer, List<Path> data)
            throws IOException {
        AlignConfig config = loaded.value();
        RunFolder folder = RunFolder.open(path, arguments.resume());
        loaded.write(folder.config());
        FineTuningFiles.manifest(folder, loaded.command("align"), config.training(), backbone, data);
        return FineTuningFiles.untilStopped("align", loaded, folder.path(), console, progress -> {
            try (Answers answers = new Answers(config.answers())) {
                return AlignRun.run(
                        config,
                        backbone,
                        tokenizer,
                        data.isEmpty() ? null : data.get(0),
                        folder.path(),
                        arguments.resume(),
                        answers::made,
                        progress);
            }
        });
    }

    /** The progress of the first phase, shown from the first answer on. */
    private static final class Answers implements AutoCloseable {
        private final int wanted;
        private ProgressLine line;

        Answers(int wanted) {
            this.wanted = wanted;
        }

        void made(int done) {
            if (line == null) {
                line = ProgressLine.start("answers", wanted);
            }
            line.update(done, "");
            if (done >= wanted) {
                line.close(); // the next phase has a line of its own
            }
        }

        @Override
        public void close() {
            if (line != null) {
                line.close();
            }
        }
    }
}
