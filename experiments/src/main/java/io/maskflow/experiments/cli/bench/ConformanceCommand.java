package io.maskflow.experiments.cli.bench;

import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.conformance.Conformance;
import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.experiments.conformance.decoders.DecoderConformance;
import io.maskflow.experiments.conformance.decoders.DllmConformance;
import io.maskflow.experiments.conformance.decoders.DllmScheduleConformance;
import io.maskflow.experiments.conformance.decoders.DreamConformance;
import io.maskflow.experiments.conformance.decoders.DreamScheduleConformance;
import io.maskflow.experiments.conformance.decoders.DreamSoftMaskConformance;
import io.maskflow.experiments.conformance.decoders.EvoTokenConformance;
import io.maskflow.experiments.conformance.decoders.FlowConformance;
import io.maskflow.experiments.conformance.decoders.Llada21Conformance;
import io.maskflow.experiments.conformance.decoders.Llada2Conformance;
import io.maskflow.experiments.conformance.decoders.SdarConformance;
import io.maskflow.experiments.conformance.decoders.TransferConformance;
import io.maskflow.experiments.conformance.numbers.AlignmentConformance;
import io.maskflow.experiments.conformance.numbers.ForwardConformance;
import io.maskflow.experiments.conformance.numbers.NumericsConformance;
import io.maskflow.experiments.conformance.numbers.StatsConformance;
import io.maskflow.experiments.conformance.numbers.TokenizerConformance;
import io.maskflow.experiments.conformance.numbers.VerdictConformance;
import io.maskflow.reward.sandbox.GraderSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code conformance}. */
@Command(
        name = "conformance",
        description = {
            "Runs every golden case found below a folder (networks, decoders, flow, numerics, losses, verdicts): a line per group, failing"
                    + " cases by name. Exit code 1 if any failed."
        },
        footer = {"", "Example:  ./maskflow conformance ../shared/fixtures"})
public final class ConformanceCommand implements Callable<Integer> {

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "Folder of golden cases; missing parts are skipped by name.")
    private Path folder;

    @Option(
            names = "--only",
            paramLabel = "NAME",
            description = "Only groups whose name begins so, such as decoders/sdar.")
    private String only = "";

    @Option(
            names = "--device",
            paramLabel = "DEVICE",
            description = "Where decoders' cases compute: cpu (default), gpu, gpu:N.")
    private String device = "cpu";

    @Spec
    private CommandSpec spec;

    /** Every group that this version checks in a folder. */
    static List<ConformanceGroup> groups(Path folder, String device) {
        Function<Path, MaskPredictor> backbones =
                path -> Backbones.open(path.toString(), new BackboneOptions(BackboneOptions.Precision.F32, device));
        List<ConformanceGroup> groups = new ArrayList<>();
        groups.addAll(ForwardConformance.groups(folder));
        groups.add(DecoderConformance.lladaGenerate(backbones));
        groups.add(DecoderConformance.lladaMoeGenerate(backbones));
        groups.add(DecoderConformance.fastDllm(backbones));
        groups.add(DreamConformance.openDllm(backbones));
        groups.add(new SdarConformance(backbones));
        groups.add(new Llada21Conformance(backbones));
        groups.add(DllmConformance.mdlm("dllm_mdlm_sample", backbones));
        groups.add(DllmConformance.mdlm("dllm_mdlm_sample_qwen2", backbones));
        groups.add(DllmConformance.bd3lm(backbones));
        groups.add(new DllmScheduleConformance());
        groups.addAll(TokenizerConformance.groups(folder));
        groups.add(new TransferConformance());
        groups.add(new DreamConformance(backbones));
        groups.add(new DreamScheduleConformance());
        groups.add(new Llada2Conformance(backbones));
        groups.add(new DreamSoftMaskConformance(backbones));
        groups.add(new EvoTokenConformance(backbones));
        groups.add(new FlowConformance(backbones));
        groups.addAll(NumericsConformance.groups());
        groups.add(new StatsConformance());
        groups.add(new AlignmentConformance());
        groups.add(new VerdictConformance(GraderSettings.defaults()));
        return groups;
    }

    @Override
    public Integer call() {
        if (!Files.isDirectory(folder)) {
            throw new ConfigurationException("DIR must be a folder of golden cases, was " + folder);
        }
        Conformance.Tally tally = new Conformance(groups(folder, device), only)
                .run(folder, spec.commandLine().getOut()::println);
        spec.commandLine().getOut().flush();
        return tally.failed() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }
}
