package io.maskflow.experiments.cli.shared;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.SandboxLimits;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;

/** The options of commands that run programs. */
public final class GraderOptions {

    @Option(
            names = "--sandbox",
            paramLabel = "LEVEL",
            defaultValue = "auto",
            description = "auto (the strongest that holds here), bubblewrap, container, landlock, seccomp-no-files or"
                    + " rlimits-only.")
    private String sandbox;

    @Option(
            names = "--unsafe",
            description = "Accept rlimits-only, which does not protect this machine from the programs.")
    private boolean unsafe;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Programs graded at a time. Default: one per core.",
            showDefaultValue = Visibility.NEVER)
    private Integer workers;

    @Option(
            names = "--python",
            paramLabel = "PATH",
            defaultValue = "",
            description = "Interpreter. Default: MASKFLOW_PYTHON, else the system's.",
            showDefaultValue = Visibility.NEVER)
    private String python;

    @Option(
            names = "--cpu-seconds",
            paramLabel = "N",
            defaultValue = "8",
            description = "CPU seconds that one assert may use.")
    private int cpuSeconds;

    @Option(
            names = "--wall-seconds",
            paramLabel = "S",
            defaultValue = "16",
            description = "Wall seconds that one assert may sleep or wait.")
    private double wallSeconds;

    @Option(
            names = "--memory",
            paramLabel = "MIB",
            defaultValue = "512",
            description = "Address space of a program in MiB.")
    private int memory;

    @Option(
            names = "--site-packages",
            paramLabel = "DIR",
            defaultValue = "",
            description =
                    "Packages that tests and programs may import (read-only): site-packages of a virtual environment, or the"
                            + " environment. Default: only what the interpreter has.",
            showDefaultValue = Visibility.NEVER)
    private String sitePackages;

    /**
     * What was asked for.
     *
     * @throws ConfigurationException if an option is out of its range
     */
    public GraderSettings settings() {
        try {
            GraderSettings usual = GraderSettings.defaults();
            GraderSettings settings = new GraderSettings(
                    usual.level(),
                    workers == null ? usual.workers() : workers,
                    new SandboxLimits(cpuSeconds, wallSeconds, memory),
                    python,
                    usual.cacheSize(),
                    unsafe,
                    sitePackages);
            return settings.withLevel(sandbox);
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("--" + wrong.getMessage(), wrong);
        }
    }
}
