package io.maskflow.experiments.decoding;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.BackboneOptions;
import io.maskflow.decoder.backbone.BackboneOverrides;
import io.maskflow.decoder.backbone.Backbones;
import io.maskflow.decoder.backbone.BuiltinModels;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.report.ProgressLine;
import io.maskflow.rollout.BackboneSource;
import io.maskflow.rollout.Fleet;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A base model as a settings file names it.
 *
 * @param name {@code builtin}, {@code builtin/NAME} or a folder; with an adapter, {@code NAME+ADAPTER}; with the tokenizer of
 *     another folder, {@code NAME@TOKENIZER}
 * @param folder where its files are
 * @param adapter folder of a LoRA or DoRA adapter in PEFT layout that is worked into its weights
 * @param tokenizerFolder where its tokenizer is, if not in {@code folder}
 * @param options how it is computed
 */
public record BackboneChoice(
        String name, Path folder, Optional<Path> adapter, Optional<Path> tokenizerFolder, BackboneOptions options)
        implements BackboneSource {

    /** Between the name of a model and the folder of an adapter. */
    public static final String WITH = "+";

    /** Between the name of a model, with or without adapter, and the folder of a tokenizer. */
    public static final String TOKENIZER = "@";

    /**
     * How a choice travels to another machine: a built-in model by its name, any other by its folder, which must be at the
     * same place there.
     */
    private record Address(String name, String folder, String adapter, String tokenizer, BackboneOptions options)
            implements Serializable {
        private Object readResolve() {
            String model = name.split("[" + WITH + TOKENIZER + "]", 2)[0];
            Path there = builtin(model) ? BuiltinModels.folder(model) : Path.of(folder);
            return new BackboneChoice(name, there, optional(adapter), optional(tokenizer), options);
        }

        private static Optional<Path> optional(String path) {
            return path.isEmpty() ? Optional.empty() : Optional.of(Path.of(path));
        }
    }

    private Object writeReplace() {
        return new Address(name, folder.toAbsolutePath().toString(), absolute(adapter), absolute(tokenizerFolder), options);
    }

    private static String absolute(Optional<Path> path) {
        return path.map(there -> there.toAbsolutePath().toString()).orElse("");
    }

    private static boolean builtin(String model) {
        return model.equals("builtin") || model.startsWith("builtin/");
    }

    /**
     * Finds a base model.
     *
     * @param name as in the settings
     * @param dtype {@code f32} or {@code bf16}
     * @param files finds the folder that a setting names
     * @throws ConfigurationException if there is no such model or type
     */
    public static BackboneChoice of(String name, String dtype, FileFinder files) {
        BackboneOptions options =
                switch (dtype) {
                    case "f32" -> BackboneOptions.standard();
                    case "bf16" -> BackboneOptions.bfloat16();
                    default -> throw new ConfigurationException("dtype must be f32 or bf16, was \"" + dtype + "\"");
                };
        boolean plain = Files.isDirectory(Path.of(name));
        int tokenizerAt = plain ? -1 : name.lastIndexOf(TOKENIZER);
        String adapted = tokenizerAt < 0 ? name : name.substring(0, tokenizerAt);
        int at = plain ? -1 : adapted.indexOf(WITH);
        String model = at < 0 ? adapted : adapted.substring(0, at);
        Path folder = builtin(model) ? BuiltinModels.folder(model) : files.find("backbone", model);
        Optional<Path> adapter =
                at < 0 ? Optional.empty() : Optional.of(files.find("backbone.adapter", adapted.substring(at + 1)));
        Optional<Path> tokenizer = tokenizerAt < 0
                ? Optional.empty()
                : Optional.of(files.find("backbone.tokenizer", name.substring(tokenizerAt + 1)));
        return new BackboneChoice(name, folder, adapter, tokenizer, options);
    }

    /** What is known of the model without its weights. */
    public BackboneInfo info() {
        return Backbones.describe(folder);
    }

    /**
     * Longest prompt in tokens beside a response.
     *
     * @throws ConfigurationException if the response alone is too long for the model
     */
    public int promptRoom(int responseLength) {
        int room = info().maxLength() - responseLength;
        if (room < 1) {
            throw new ConfigurationException("responseLength must be below " + info().maxLength()
                    + ", the longest text that " + name + " can take, was " + responseLength);
        }
        return room;
    }

    /**
     * Looks whether the weights are there and readable, without loading them.
     *
     * @throws io.maskflow.decoder.tensor.CheckpointException if they are not
     */
    public void requireWeights() {
        Checkpoint.open(folder);
    }

    /** Opens one copy of the model; the caller closes it. */
    public MaskPredictor open() {
        return Backbones.open(folder, adapter, BackboneOverrides.NONE, options);
    }

    @Override
    public MaskPredictor open(String device) {
        BackboneOptions there = new BackboneOptions(options.precision(), device);
        return new BackboneChoice(name, folder, adapter, tokenizerFolder, there).open();
    }

    /** Opens the workers; the caller closes the fleet. */
    public Fleet fleet(FleetSettings settings) {
        try (ProgressLine.Phase loading = ProgressLine.phase("loading " + name)) {
            return settings.open(this);
        }
    }

    /** Opens its tokenizer; the caller closes it. */
    public Tokenizer tokenizer() {
        return Tokenizer.open(tokenizerFolder.orElse(folder));
    }
}
