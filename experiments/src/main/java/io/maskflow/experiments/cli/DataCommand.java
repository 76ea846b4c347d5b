package io.maskflow.experiments.cli;

import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code data}. */
@Command(
        name = "data",
        description = "Says which problems and public data sets can be used.",
        subcommands = DataCommand.ListCommand.class,
        footer = {"", "Example:  ./maskflow data list"})
final class DataCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(spec.commandLine(), "data needs a command, such as list");
    }

    /**
     * A source of problems.
     *
     * @param name as settings write it, or the published file name
     * @param rows problems
     * @param licence of the data
     * @param sha256 of the published file; empty for generated problems
     * @param origin who publishes it
     */
    record DataSet(String name, int rows, String licence, String sha256, String origin) {}

    private static final List<DataSet> PUBLIC = List.of(
            new DataSet(
                    "mbpp.jsonl",
                    974,
                    "CC BY 4.0",
                    "ccf64ceae9c5403bf50a044cb6d505bfd2a2963ee58338ba268fd65beab92a9f",
                    "google-research/google-research, mbpp/mbpp.jsonl"),
            new DataSet(
                    "sanitized-mbpp.json",
                    427,
                    "CC BY 4.0",
                    "ca95deaa9a01ef0a6f439f88bcf0dd3db3563d22f22aad6cae04ebb9a8d8c8e9",
                    "google-research/google-research, mbpp/sanitized-mbpp.json, without indentation"),
            new DataSet(
                    "MbppPlus.jsonl.gz",
                    378,
                    "Apache-2.0",
                    "af43697e8791c4c149bdfd6b489d8b5412507551ac20e28a439f650b8225db63",
                    "evalplus/mbppplus_release v0.2.0"),
            new DataSet(
                    "HumanEval.jsonl.gz",
                    164,
                    "MIT",
                    "b796127e635a67f93fb35c04f4cb03cf06f38c8072ee7cee8833d7bee06979ef",
                    "openai/human-eval, data/HumanEval.jsonl.gz"),
            new DataSet(
                    "HumanEvalPlus.jsonl.gz",
                    164,
                    "Apache-2.0 and MIT",
                    "272720b90ac375502c8ed23cd791c2a93dfb22a911641a494da74a426c09f101",
                    "evalplus/humanevalplus_release v0.1.10"));

    /** {@code data list}. */
    @Command(
            name = "list",
            description = {
                "Lists the problem sources that a settings file can name: the built-in splits, and the public data sets whose"
                        + " files are read as published."
            },
            footer = {"", "Example:  ./maskflow data list"})
    static final class ListCommand implements Runnable {

        @Spec
        private CommandSpec spec;

        @Override
        public void run() {
            var out = spec.commandLine().getOut();
            out.println("Built in (problems: builtin:NAME), generated, MBPP format:");
            for (String split : List.of("train", "valid", "test")) {
                out.println("  builtin:" + split);
            }
            out.println();
            out.println("Public, read as published (problems: path/to/FILE):");
            for (DataSet set : PUBLIC) {
                out.printf(
                        Locale.ROOT,
                        "  %-24s %5d problems  %-19s %s%n",
                        set.name(),
                        set.rows(),
                        set.licence(),
                        set.origin());
                out.printf(Locale.ROOT, "  %-24s sha256 %s%n", "", set.sha256());
            }
            out.flush();
        }
    }
}
