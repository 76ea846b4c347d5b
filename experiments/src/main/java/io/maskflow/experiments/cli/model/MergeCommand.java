package io.maskflow.experiments.cli.model;

import io.maskflow.alignment.network.BackboneFolder;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code merge}. */
@Command(
        name = "merge",
        description = {
            "Works a LoRA or DoRA adapter (PEFT layout) into the weights of its base model: a folder in Hugging Face layout,"
                    + " float32."
        },
        footer = {"", "Example:  ./maskflow merge builtin runs/dora/adapter --out runs/dora/merged"})
public final class MergeCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "BACKBONE", description = "builtin, builtin/NAME or a folder.")
    private String backbone;

    @Parameters(
            index = "1",
            paramLabel = "ADAPTER",
            description = "Folder with adapter_config.json and adapter_model.safetensors.")
    private Path adapter;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            required = true,
            description = "Folder of the merged model, new or empty.")
    private Path out;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws IOException {
        if (Files.isDirectory(out)) {
            try (var files = Files.list(out)) {
                if (files.findAny().isPresent()) {
                    throw new ConfigurationException("--out must be a new or empty folder, was " + out);
                }
            }
        }
        BackboneFolder.merge(BuiltinModels.folder(backbone), adapter, out);
        console.out().println(out);
        return ExitCode.DONE;
    }
}
