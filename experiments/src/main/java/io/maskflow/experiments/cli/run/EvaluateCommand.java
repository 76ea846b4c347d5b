package io.maskflow.experiments.cli.run;

import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.cli.shared.PolicyOption;
import io.maskflow.experiments.cli.shared.RunPage;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.config.SettingNames;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.evaluation.EvaluateRun;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.RunEnding;
import io.maskflow.experiments.run.RunFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code evaluate}. */
@Command(
        name = "evaluate",
        description = {
            "Evaluates decoders on problems at budgets: every answer in results.jsonl, a table with intervals and paired tests in"
                    + " summary.json, the page in report.html."
        },
        footer = {
            "",
            "Example:  ./maskflow evaluate configs/evaluate/builtin.yaml --policy runs/first/policy.safetensors",
            "          --require learned@1/4=0.5"
        })
public final class EvaluateCommand implements Callable<Integer> {

    @Mixin
    private ConfigArguments arguments;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "Policy for step sizes that name no file; {seed} in it stands for the seed of the evaluation.")
    private String policy;

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            description = "Base model in place of the settings': builtin, builtin/NAME or a folder.")
    private String backbone;

    @Option(
            names = "--require",
            paramLabel = "DECODER@BUDGET=SHARE",
            description =
                    "End with exit code 3 if this decoder solves a smaller share than this at this budget. May be repeated.")
    private List<String> requirements = new ArrayList<>();

    @Option(names = "--json", description = "Print summary.json in place of the table.")
    private boolean json;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws IOException {
        List<Requirement> required =
                requirements.stream().map(Requirement::parse).toList();
        List<String> more = backbone == null ? List.of() : List.of("backbone=" + ConfigArguments.quoted(backbone));
        LoadedConfig<EvaluateConfig> given = arguments.load(EvaluateConfig.class, more);
        LoadedConfig<EvaluateConfig> loaded = policy == null ? given : withPolicy(given);
        for (Requirement requirement : required) {
            requirement.check(loaded.value());
        }
        Path folder = arguments.runFolder();
        PrintStream told = json ? console.err() : console.out();
        int code = RunEnding.noted(folder, () -> EvaluateRun.run(loaded, folder, arguments.resume(), told));
        RunPage.write(folder, code, told);
        if (json) {
            console.out().println(Files.readString(new RunFolder(folder).summary()));
        }
        if (code != ExitCode.DONE || required.isEmpty()) {
            return code;
        }
        Summary summary = Summary.read(new RunFolder(folder).summary());
        boolean met = true;
        for (Requirement requirement : required) {
            met &= requirement.met(summary, console);
        }
        return met ? ExitCode.DONE : ExitCode.BELOW_THRESHOLD;
    }

    private LoadedConfig<EvaluateConfig> withPolicy(LoadedConfig<EvaluateConfig> given) {
        EvaluateConfig changed = given.value().withPolicy(policy);
        PolicyOption.require(policy);
        PolicyOption.requireUse(given.value(), changed);
        return ConfigFiles.withValue(given, changed);
    }

    /** A share that a decoder must reach. */
    private record Requirement(String decoder, String budget, double share) {

        static Requirement parse(String text) {
            int at = text.lastIndexOf('@');
            int equals = text.lastIndexOf('=');
            try {
                double share = Double.parseDouble(text.substring(equals + 1));
                if (at > 0 && equals > at + 1 && share >= 0 && share <= 1) {
                    return new Requirement(text.substring(0, at), text.substring(at + 1, equals), share);
                }
            } catch (NumberFormatException | StringIndexOutOfBoundsException notSo) {
                // falls through to the one message below
            }
            throw new ConfigurationException(
                    "--require must look like DECODER@BUDGET=SHARE with a share in [0, 1], was \"" + text + "\"");
        }

        /** Refuses a decoder or a budget that will not be in the table. */
        void check(EvaluateConfig config) {
            Set<String> cells = config.cells();
            String asked = decoder + "@" + budget;
            if (!cells.contains(asked)) {
                String hint = SettingNames.nearest(asked, cells)
                        .map(nearest -> ", did you mean " + nearest + "?")
                        .orElse("");
                throw new ConfigurationException("--require must name a decoder and a budget that are evaluated ("
                        + String.join(", ", cells) + "), was " + asked + hint);
            }
        }

        boolean met(Summary summary, Console console) {
            Summary.Row row = summary.rows().stream()
                    .filter(r -> r.decoder().equals(decoder) && r.budget().equals(budget))
                    .findFirst()
                    .orElseThrow(() -> new ConfigurationException(
                            "--require names " + decoder + "@" + budget + ", which was not evaluated"));
            if (row.passAt1() < share) {
                console.err()
                        .println("maskflow: " + decoder + "@" + budget + " must reach " + share + ", reached "
                                + row.passAt1());
            }
            return row.passAt1() >= share;
        }
    }
}
