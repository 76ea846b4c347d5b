package io.maskflow.experiments.models;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.rollout.BackboneSource;
import io.maskflow.rollout.Fleet;
import java.io.Serializable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A base model as a settings file names it.
 *
 * @param name {@code builtin}, {@code builtin/NAME} or a folder; with an adapter, {@code NAME+ADAPTER}
 * @param folder where its files are
 * @param adapter folder of a LoRA or DoRA adapter in PEFT layout that is worked into its weights
 * @param overrides what the name says of it, because its folder does not
 * @param options how it is computed
 */
public record BackboneChoice(
        String name, Path folder, Optional<Path> adapter, BackboneOverrides overrides, BackboneOptions options)
        implements BackboneSource {

    /** Between the name of a model and the folder of an adapter. */
    public static final String WITH = "+";

    /**
     * How a choice travels to another machine: a built-in model by its name, any other by its folder, which must be at the
     * same place there.
     */
    private record Address(
            String name, String folder, String adapter, BackboneOverrides overrides, BackboneOptions options)
            implements Serializable {
        private Object readResolve() {
            String plain = BackboneOverrides.modelOf(name);
            String model = plain.contains(WITH) ? plain.substring(0, plain.indexOf(WITH)) : plain;
            Path there = builtin(model) ? BuiltinModels.folder(model) : Path.of(folder);
            return new BackboneChoice(
                    name,
                    there,
                    adapter.isEmpty() ? Optional.empty() : Optional.of(Path.of(adapter)),
                    overrides,
                    options);
        }
    }

    private Object writeReplace() {
        String there = adapter.map(path -> path.toAbsolutePath().toString()).orElse("");
        return new Address(name, folder.toAbsolutePath().toString(), there, overrides, options);
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
        String plain = BackboneOverrides.modelOf(name);
        int at = Files.isDirectory(Path.of(plain)) ? -1 : plain.indexOf(WITH);
        String model = at < 0 ? plain : plain.substring(0, at);
        Path folder = builtin(model) ? BuiltinModels.folder(model) : files.find("backbone", model);
        Optional<Path> adapter =
                at < 0 ? Optional.empty() : Optional.of(files.find("backbone.adapter", plain.substring(at + 1)));
        BackboneOverrides said = overrides(name);
        if (!said.tokenizer().isEmpty()) {
            said = said.withTokenizer(
                    files.find("backbone.tokenizer", said.tokenizer()).toAbsolutePath());
        }
        return new BackboneChoice(name, folder, adapter, said, options);
    }

    private static BackboneOverrides overrides(String name) {
        try {
            return BackboneOverrides.of(name);
        } catch (IllegalArgumentException refused) {
            throw new ConfigurationException("backbone: " + refused.getMessage());
        }
    }

    /** The same on a device, {@code cpu}, {@code gpu} or {@code gpu:N}. */
    public BackboneChoice on(String device) {
        return new BackboneChoice(name, folder, adapter, overrides, new BackboneOptions(options.precision(), device));
    }

    /** What is known of the model without its weights. */
    public BackboneInfo info() {
        return Backbones.describe(folder, overrides);
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
        return Backbones.open(folder, adapter, overrides, options);
    }

    @Override
    public MaskPredictor open(String device) {
        return on(device).open();
    }

    /** Opens the workers; the caller closes the fleet. */
    public Fleet fleet(FleetSettings settings) {
        try (ProgressLine.Phase loading = ProgressLine.phase("loading " + name)) {
            return settings.open(this);
        }
    }

    /** Opens its tokenizer; the caller closes it. */
    public Tokenizer tokenizer() {
        return Tokenizer.open(overrides.tokenizer().isEmpty() ? folder : Path.of(overrides.tokenizer()));
    }
}
