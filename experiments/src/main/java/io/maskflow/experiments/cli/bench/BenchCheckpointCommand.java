package io.maskflow.experiments.cli.bench;

import io.maskflow.experiments.benchmark.RandomCheckpoint;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bench checkpoint}. */
@Command(
        name = "checkpoint",
        showDefaultValues = true,
        description = {
            "Writes a model folder of a published size with random weights: as fast as the real one, and says nothing. For trying",
            "what a machine can hold, and how long a run would take, before the weights are there."
        },
        footer = {
            "",
            "Examples:",
            "  ./maskflow bench checkpoint qwen3-0.6b --to models/random-0.6b --tokenizer models/some-folder",
            "  ./maskflow bench checkpoint models/Dream-v0-Instruct-7B/config.json --to models/random-7b"
        })
final class BenchCheckpointCommand implements Callable<Integer> {

    @Parameters(
            paramLabel = "SHAPE",
            description = "qwen3-0.6b, qwen2.5-0.5b, dream-7b, llada-8b, or a config.json of any family.")
    private String shape;

    @Option(names = "--to", required = true, paramLabel = "DIR", description = "The folder; holds no model yet.")
    private Path folder;

    @Option(names = "--dtype", paramLabel = "TYPE", defaultValue = "bf16", description = "f32 or bf16.")
    private String dtype;

    @Option(
            names = "--tokenizer",
            paramLabel = "DIR",
            description = "Copies tokenizer.json, tokenizer_config.json and chat_template.jinja of this folder.",
            showDefaultValue = Visibility.NEVER)
    private Path tokenizer;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        if (!List.of("f32", "bf16").contains(dtype)) {
            throw new ConfigurationException("--dtype must be f32 or bf16, was " + dtype);
        }
        String configuration = configuration();
        Files.createDirectories(folder);
        try (Stream<Path> there = Files.list(folder)) {
            if (there.anyMatch(file -> file.toString().matches(".*(config\\.json|\\.safetensors)"))) {
                throw new ConfigurationException("--to must name a folder without a model, " + folder + " holds one");
            }
        }
        Files.writeString(folder.resolve("config.json"), configuration);
        if (tokenizer != null) {
            for (String name : List.of("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")) {
                if (Files.exists(tokenizer.resolve(name))) {
                    Files.copy(tokenizer.resolve(name), folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
        boolean bfloat16 = dtype.equals("bf16");
        long weights = RandomCheckpoint.write(folder, bfloat16, RandomCheckpoint.PUBLISHED_SHARD);
        spec.commandLine()
                .getOut()
                .printf(
                        Locale.ROOT,
                        "%,d random weights, %.2f GB, in %s%n",
                        weights,
                        weights * (bfloat16 ? 2 : 4) * 1e-9,
                        folder);
        return ExitCode.DONE;
    }

    private String configuration() throws IOException {
        if (RandomCheckpoint.SHAPES.contains(shape)) {
            return RandomCheckpoint.configuration(shape);
        }
        if (!Files.isRegularFile(Path.of(shape))) {
            throw new ConfigurationException(
                    "SHAPE must be one of " + RandomCheckpoint.SHAPES + " or a config.json, was " + shape);
        }
        return Files.readString(Path.of(shape));
    }
}
