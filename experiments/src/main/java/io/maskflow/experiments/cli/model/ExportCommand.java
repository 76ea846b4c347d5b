package io.maskflow.experiments.cli.model;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.export.ExportFolder;
import io.maskflow.experiments.export.ExportReadme;
import io.maskflow.experiments.export.Exported;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code export}. */
@Command(
        name = "export",
        description = {
            "Writes a policy as one folder for Python: the policy, a decoder in plain PyTorch, an entry for transformers'"
                    + " generate(custom_generate=...), adapters as examples, and a README made from the run. The other way needs no"
                    + " command: a policy file with the same tensors loads with --policy."
        },
        footer = {"", "Example:  ./maskflow export runs/quickstart --to exported"})
public final class ExportCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "POLICY|RUN",
            description =
                    "A policy file, or the folder of a training run: its best policy, or its final one without a best.")
    private Path source;

    @Option(names = "--to", paramLabel = "DIR", required = true, description = "New or empty folder.")
    private Path to;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            description = "Base model that names the special tokens. Default: the run's, builtin for a policy file.")
    private String backbone;

    @Option(
            names = "--decoder",
            paramLabel = "DECODER",
            description =
                    "Switches of the flow, such as '{type: flow, arrival: 0.9}'. Default: the run's, the paper's for a"
                            + " policy file.")
    private String decoder;

    @Option(names = "--budget", paramLabel = "T/N", description = "Default: the run's first, 1/4 for a policy file.")
    private String budget;

    @Option(names = "--length", paramLabel = "N", description = "Response positions. Default: the run's, or 48.")
    private Integer length;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() {
        boolean run = Files.isDirectory(source);
        Optional<LoadedConfig<TrainConfig>> trained =
                run ? Optional.of(config(new RunFolder(source))) : Optional.empty();
        Optional<TrainConfig> config = trained.map(LoadedConfig::value);
        String name = Optional.ofNullable(backbone)
                .or(() -> config.map(TrainConfig::backbone))
                .orElse("builtin");
        BackboneChoice model = trained.isPresent()
                ? BackboneChoice.of(name, "f32", trained.get()::existing)
                : BackboneChoice.of(name, "f32", ExportCommand::file);
        FlowChoice flow = decoder == null
                ? config.map(TrainConfig::decoder).orElse(FlowChoice.defaults())
                : flow(ConfigFiles.option("decoder", decoder, DecoderChoice.class));
        Path policy = run ? policy(new RunFolder(source)) : source;
        Exported exported = new Exported(
                read(policy),
                name,
                model.info(),
                flow.settings(),
                length != null
                        ? length
                        : config.map(TrainConfig::responseLength).orElse(48),
                budget != null ? budget() : config.map(c -> c.budget().get(0)).orElse(new DecodingBudget(1, 4)));
        String training = config.map(c -> c.steps() + " steps of GRPO from seed " + c.seed() + " on " + c.problems())
                .orElse("not said: it was exported from a policy file");
        Optional<Path> summary = run ? Optional.of(new RunFolder(source).summary()) : Optional.empty();
        ExportFolder.write(to, exported, ExportReadme.of(exported, training, summary));
        console.out().println("exported " + policy + " to " + to + "; its README says how to call it");
        return ExitCode.DONE;
    }

    private static LoadedConfig<TrainConfig> config(RunFolder folder) {
        if (!Files.isRegularFile(folder.config())) {
            throw new ConfigurationException(
                    "POLICY|RUN must be a policy file or the folder of a training run, was " + folder.path());
        }
        return ConfigFiles.load(folder.config(), List.of(), TrainConfig.class);
    }

    private static Path policy(RunFolder folder) {
        Path best = folder.bestPolicy();
        Path policy = Files.isRegularFile(best) ? best : folder.policy();
        if (!Files.isRegularFile(policy)) {
            throw new ConfigurationException("the run " + folder.path() + " has no policy yet");
        }
        return policy;
    }

    private static FlowChoice flow(DecoderChoice choice) {
        if (choice instanceof FlowChoice flow) {
            return flow;
        }
        throw new ConfigurationException("--decoder must be a flow: a policy decodes with nothing else");
    }

    private DecodingBudget budget() {
        try {
            return DecodingBudget.parse(budget);
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("--" + wrong.getMessage(), wrong);
        }
    }

    private static PolicyNetwork read(Path file) {
        try {
            return PolicyFile.read(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException("POLICY must name a policy file, was " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path file(String setting, String name) {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new ConfigurationException(setting + " must name an existing file or folder, was " + name);
        }
        return path;
    }
}
