package io.maskflow.experiments.cli.bench;

import io.maskflow.decoder.flow.ConfidenceStepSize;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.experiments.benchmark.DecodeBench;
import io.maskflow.experiments.benchmark.RandomModel;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code bench decode}. */
@Command(
        name = "decode",
        showDefaultValues = true,
        description = {
            "Takes a step of flow decoding apart: model call, update of the states, policy and bookkeeping; and sets the model"
                    + " call beside the reference implementation and the bare matrix products, in the same run.",
            "On a busy machine compare ratios; milliseconds are those of the moment."
        },
        footer = {
            "",
            "Examples:",
            "  ./maskflow bench decode --batch 16 --json bench-decode.json",
            "  ./maskflow bench decode --shape d=1024,layers=8,vocab=32000 --batch 16 --prompt-length 16 --response-length 48"
                    + " --steps 4 --repeats 1",
            "  ./maskflow bench decode --backbone models/LLaDA-8B-Instruct --dtype bf16 --batch 4 --prompt-length 256"
                    + " --response-length 256 --steps 8 --repeats 1"
        })
final class BenchDecodeCommand implements Callable<Integer> {

    @Option(
            names = "--backbone",
            paramLabel = "NAME",
            defaultValue = "builtin",
            description = "Built-in name or folder.")
    private String backbone;

    @Option(
            names = "--shape",
            paramLabel = "KEYS",
            description = {
                "Random weights of this size instead: d=1024,layers=8,vocab=32000[,heads=N][,ffn=N]. They are written to a",
                "temporary folder first (--keep: a folder of yours)."
            },
            showDefaultValue = Visibility.NEVER)
    private String shape;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "With --shape: where the random checkpoint is written and left; used again if it is there.",
            showDefaultValue = Visibility.NEVER)
    private Path keep;

    @Option(names = "--dtype", paramLabel = "TYPE", defaultValue = "f32", description = "f32 or bf16.")
    private String dtype;

    @Option(names = "--batch", paramLabel = "N", defaultValue = "16", description = "Rows, each with its own prompt.")
    private int batch;

    @Option(names = "--prompt-length", paramLabel = "N", defaultValue = "40", description = "Prompt tokens.")
    private int promptLength;

    @Option(names = "--response-length", paramLabel = "N", defaultValue = "48", description = "Response positions.")
    private int responseLength;

    @Option(names = "--steps", paramLabel = "N", defaultValue = "12", description = "Steps per decoding.")
    private int steps;

    @Option(
            names = "--repeats",
            paramLabel = "N",
            defaultValue = "5",
            description = "Decodings timed, after one that is not.")
    private int repeats;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "1", description = "Threads of the engine.")
    private int threads;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description = "Policy that chooses the steps; without it the rule a = 2^(-8(1-c)).",
            showDefaultValue = Visibility.NEVER)
    private Path policy;

    @Mixin
    private BenchOutput output;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException {
        EngineThreads.set(threads);
        if (shape == null) {
            return measure();
        }
        RandomModel model = RandomModel.parse(shape);
        boolean there = keep != null && Files.exists(keep.resolve("model.safetensors"));
        Path folder = keep != null ? Files.createDirectories(keep) : Files.createTempDirectory("maskflow-bench");
        try {
            backbone = (there ? folder : model.write(folder, dtype.equals("bf16"))).toString();
            return measure();
        } finally {
            if (keep == null) {
                RandomModel.remove(folder);
            }
        }
    }

    private int measure() throws IOException {
        BackboneChoice choice = BackboneChoice.of(backbone, dtype, (setting, path) -> {
            Path folder = Path.of(path);
            if (!Files.exists(folder)) {
                throw new ConfigurationException("--backbone must name a built-in model or a folder, was " + path);
            }
            return folder;
        });
        DecodeBench.Settings settings = new DecodeBench.Settings(
                choice.folder(), choice.options(), batch, promptLength, responseLength, steps, repeats);
        DecodeBench.Result r = DecodeBench.run(settings, stepSize());
        BenchSheet sheet = new BenchSheet("decode")
                .setting("backbone", shape == null ? backbone : shape)
                .setting("dtype", dtype)
                .setting("threads", threads)
                .setting("batch", batch)
                .setting("prompt_length", promptLength)
                .setting("response_length", responseLength)
                .setting("steps", steps)
                .figure("step_ms", r.step(), "a decode step, whole batch")
                .figure("model_call_ms", r.modelCall(), "of that: network, vocabulary layer, statistics")
                .figure("update_ms", r.update(), "of that: states inside the engine")
                .figure("rest_ms", r.rest(), "of that: policy and bookkeeping in Java")
                .figure("model_share", r.modelShare(), "model call over step")
                .figure("network_ms", r.network(), "a model call that wants one position: network alone")
                .figure("bytes_per_position", r.bytesPerPosition(), "from the engine to Java, per position and step")
                .figure("heap_kb_per_step", r.allocatedBytes() / 1024, "allocated in Java")
                .figure(
                        "heap_bytes_per_position",
                        r.allocatedBytes() / batch / responseLength,
                        "allocated in Java, per position and step")
                .figure("live_arrays", r.liveArrays(), "engine arrays alive between decodings, weights included")
                .figure("live_arrays_grown", r.liveArrayGrowth(), "engine arrays after all decodings less before");
        r.reference().ifPresent(ms -> sheet.figure("reference_ms", ms, "model call of the eager reference")
                .figure("reference_ratio", ms / r.modelCall(), "reference over model call"));
        r.products().ifPresent(ms -> sheet.figure("products_ms", ms, "bare products of all weight matrices")
                .figure("products_ratio", r.modelCall() / ms, "model call over bare products"));
        sheet.publish(spec.commandLine().getOut(), output);
        return ExitCode.DONE;
    }

    private StepSizePolicy stepSize() throws IOException {
        if (policy == null) {
            return new ConfidenceStepSize.Exponential(2, 8);
        }
        if (!Files.isRegularFile(policy)) {
            throw new ConfigurationException("--policy must name a policy file, was " + policy);
        }
        return BetaStepSizePolicy.expected(PolicyFile.read(policy));
    }
}
