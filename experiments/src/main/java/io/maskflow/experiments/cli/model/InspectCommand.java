package io.maskflow.experiments.cli.model;

import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.backbone.network.TokenIds;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.WeightList;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.problems.FolderChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code inspect}. */
@Command(
        name = "inspect",
        description = {
            "Says what a model folder is and what can be done with it, without loading its weights: family, sizes, tokens and"
                    + " where each was found, attention, chat template, what will be loaded, memory, decoders that fit.",
            "Exit code 1 if it cannot be decoded with; every reason is one sentence."
        },
        footer = {
            "",
            "Examples:",
            "  ./maskflow inspect models/Qwen3-0.6B-diffusion-mdlm-v0.1",
            "  ./maskflow inspect 'models/Qwen3-0.6B-diffusion-bd3lm-v0.1?blockLength=32'"
        })
public final class InspectCommand implements Callable<Integer> {

    private static final double GIGABYTE = 1e9;
    private static final int FLOAT = 4;
    private static final String SAMPLE = "Write a function to add two numbers.";

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description =
                    "Model folder or built-in name; ?blockLength=, maskToken=, logitsShift=, tokenizer= say more.")
    private String name;

    @Spec
    private CommandSpec spec;

    private PrintWriter out;
    private boolean usable = true;

    @Override
    public Integer call() {
        out = spec.commandLine().getOut();
        BackboneOverrides overrides = BackboneOverrides.of(name);
        Path folder = BuiltinModels.folder(BackboneOverrides.modelOf(name));
        WeightList weights = network(folder);
        if (weights != null) {
            Optional<BackboneInfo> info = tokens(folder, overrides);
            tokenizer(overrides.tokenizer().isEmpty() ? folder : Path.of(overrides.tokenizer()));
            weights(folder, weights);
            info.ifPresent(this::decoders);
        }
        out.flush();
        return usable ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void say(String what, String found, Object... values) {
        out.printf(
                Locale.ROOT,
                "%-12s %s%n",
                what,
                values.length == 0 ? found : String.format(Locale.ROOT, found, values));
    }

    private void refuse(String what, String why) {
        usable = false;
        say(what, "REFUSED: " + why);
    }

    /** Family and sizes; null if the network is not computed. */
    private WeightList network(Path folder) {
        try {
            WeightList weights = Backbones.design(folder).weights();
            Optional<Transformer> transformer = Backbones.transformer(folder);
            say("network", transformer.map(InspectCommand::shape).orElse("a text of its own (MDLM)"));
            long parameters =
                    weights.shapes().values().stream().mapToLong(Shape::size).sum();
            say("parameters", "%,d in %d tensors", parameters, weights.shapes().size());
            return weights;
        } catch (CheckpointException refused) {
            refuse("network", refused.getMessage());
            return null;
        }
    }

    private static String shape(Transformer t) {
        Transformer.Heads heads = t.heads();
        Transformer.Experts experts = t.experts();
        long sparse = experts.blocks().chars().filter(block -> block == 'e').count();
        return String.format(
                Locale.ROOT,
                "%d blocks of width %d; %d heads of %d channels (%d rotated, base %.0f), %d of keys and values%s%s; %s; %s",
                t.layers(),
                t.width(),
                heads.queries(),
                heads.size(),
                heads.rotated(),
                heads.theta(),
                heads.keys(),
                heads.biased() ? ", biases" : "",
                heads.normed() ? ", normed" : "",
                sparse == 0
                        ? "feed-forward " + t.innerWidth()
                        : sparse + " blocks with " + experts.perToken() + " of " + experts.count() + " experts of "
                                + experts.width(),
                t.tied() ? "head tied to the embedding" : "head of its own");
    }

    private Optional<BackboneInfo> tokens(Path folder, BackboneOverrides overrides) {
        try {
            BackboneInfo info = Backbones.describe(folder, overrides);
            say("family", info.family());
            say("vocabulary", "%d rows; texts of at most %d tokens", info.vocabularySize(), info.maxLength());
            Optional<TokenIds> found = Backbones.tokens(folder, overrides);
            say("mask", found.map(ids -> ids.maskFound().toString()).orElse("" + info.maskId()));
            say("end", found.map(ids -> ids.endFound().toString()).orElse("" + info.endId()));
            found.ifPresent(ids -> ids.alsoEnds().forEach(end -> say("end too", end.toString())));
            say("padding", found.map(ids -> ids.padFound().toString()).orElse("" + info.padId()));
            say("attention", info.attention().toString());
            say("logits", info.logitsPredictNext() ? "of position i are for i + 1" : "of position i are for i");
            return Optional.of(info);
        } catch (IllegalArgumentException refused) {
            refuse("tokens", refused.getMessage());
            return Optional.empty();
        }
    }

    private void tokenizer(Path folder) {
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            say("tokenizer", "\"%s\" is %d tokens", SAMPLE, tokenizer.encode(SAMPLE).length);
        } catch (CheckpointException none) {
            say(
                    "tokenizer",
                    "none: " + none.getMessage() + " (every command that reads text needs one; tokenizer=DIR"
                            + " names that of another folder)");
            return;
        }
        try {
            say(
                    "chat",
                    FolderChatTemplate.of(folder, "chat")
                            .render(Prompt.of(SAMPLE))
                            .replace("\n", "\\n"));
        } catch (ConfigurationException none) {
            say("chat", "none: " + none.getMessage());
        }
    }

    private void weights(Path folder, WeightList weights) {
        try {
            Checkpoint checkpoint = Checkpoint.open(folder);
            weights.check(checkpoint);
            long stored = checkpoint.names().stream()
                    .mapToLong(
                            tensor -> checkpoint.fileOf(tensor).tensor(tensor).byteCount())
                    .sum();
            say("files", "%d, %.2f GB", checkpoint.files().size(), stored / GIGABYTE);
        } catch (CheckpointException refused) {
            refuse("weights", refused.getMessage());
        }
        long elements =
                weights.shapes().values().stream().mapToLong(Shape::size).sum();
        say(
                "memory",
                "f32 %.2f GB, bf16 %.2f GB for the weights (those stored in that type are mapped, not copied)",
                elements * FLOAT / GIGABYTE,
                elements * FLOAT / 2 / GIGABYTE);
    }

    private void decoders(BackboneInfo info) {
        if (info.attention().isFull()) {
            say("decoders", "flow, mask-prediction, dream, evotoken, remdm, dllm, soft-masking around these");
            say("not", "llada2 (SDAR's too) and llada2.1: this model's attention is full");
        } else {
            say(
                    "decoders",
                    "flow, dllm (bd3lm), llada2 (SDAR's too) and llada2.1, in blocks of %d",
                    info.attention().blockLength());
            say("not", "mask-prediction, dream, evotoken, remdm: they need full attention");
        }
    }
}
