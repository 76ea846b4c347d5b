package io.maskflow.experiments.cli.machine;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.reward.sandbox.IsolationLevel;
import io.maskflow.reward.sandbox.IsolationProbe;
import io.maskflow.reward.sandbox.process.PythonRuntime;
import io.maskflow.reward.sandbox.process.SandboxException;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code doctor}. */
@Command(
        name = "doctor",
        description = {
            "Says what this machine offers: JDK, tensor engine, devices, Python, sandbox levels with canary results, disk,"
                    + " memory. Exit code 1 if something that training needs is missing."
        },
        footer = {"", "Example:  ./maskflow doctor"})
public final class DoctorCommand implements Callable<Integer> {

    @Option(names = "--json", description = "As JSON in place of lines.")
    private boolean json;

    @Spec
    private CommandSpec spec;

    private PrintWriter out;
    private boolean complete = true;
    private final List<Finding> findings = new ArrayList<>();

    /** One thing that was looked at. */
    record Finding(String what, String found, boolean missing) {}

    @Override
    public Integer call() throws JsonProcessingException {
        out = spec.commandLine().getOut();
        java();
        engine();
        sandbox();
        memory();
        disk();
        if (json) {
            out.println(JsonMapper.builder()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build()
                    .writeValueAsString(Map.of("complete", complete, "findings", findings)));
        } else {
            out.println(
                    complete ? "everything that training needs is here" : "something that training needs is missing");
        }
        out.flush();
        return complete ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void say(String what, String found) {
        say(new Finding(what, found, false));
    }

    private void missing(String what, String why) {
        complete = false;
        say(new Finding(what, why, true));
    }

    private void say(Finding finding) {
        findings.add(finding);
        if (!json) {
            out.printf(
                    Locale.ROOT, "%-10s %s%s%n", finding.what(), finding.missing() ? "MISSING: " : "", finding.found());
            out.flush();
        }
    }

    private void java() {
        say(
                "java",
                System.getProperty("java.vm.name") + " " + System.getProperty("java.runtime.version") + ", "
                        + System.getProperty("java.home"));
        boolean vectors = ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
        say("vectors", vectors ? "Vector API" : "plain loops (start with --add-modules=jdk.incubator.vector)");
    }

    private void engine() {
        try {
            Engine engine = Engine.getEngine("PyTorch");
            try (NDManager manager = NDManager.newBaseManager(Device.cpu(), "PyTorch")) {
                float six = manager.create(new float[] {1, 2, 3}).sum().getFloat();
                say("engine", "PyTorch " + engine.getVersion() + (six == 6 ? ", computes" : ", computes WRONGLY"));
                complete &= six == 6;
            }
            int gpus = engine.getGpuCount();
            say("devices", gpus == 0 ? "cpu" : "cpu, " + gpus + " gpu");
            boolean driver =
                    Files.exists(Path.of("/proc/driver/nvidia/version")) || Files.exists(Path.of("/dev/nvidia0"));
            CudaRoute route = CudaRoute.of(System.getenv(), System.getProperty("java.class.path"));
            say("cuda", route.says(driver, gpus));
        } catch (RuntimeException | UnsatisfiedLinkError e) {
            missing(
                    "engine",
                    String.valueOf(e.getMessage()).lines().findFirst().orElse("") + " (no library for this"
                            + " platform among the project's dependencies?)");
        }
    }

    private void sandbox() {
        PythonRuntime python;
        try {
            python = PythonRuntime.find("");
            say("python", python.version() + ", " + python.binary());
        } catch (SandboxException e) {
            missing("python", e.getMessage());
            return;
        }
        IsolationLevel chosen = null;
        for (IsolationLevel level : IsolationLevel.values()) {
            if (level == IsolationLevel.RLIMITS_ONLY) {
                continue;
            }
            IsolationProbe.Report report = IsolationProbe.probe(level, python);
            if (report.usable() && chosen == null) {
                chosen = level;
            }
            long held = report.canaries().stream()
                    .filter(IsolationProbe.Canary::held)
                    .count();
            say(
                    "sandbox",
                    String.format(
                            Locale.ROOT,
                            "%-17s %s",
                            level.word(),
                            report.usable()
                                    ? "holds, " + held + " of "
                                            + report.canaries().size() + " canaries"
                                            + (level == chosen ? "  <- used" : "")
                                    : "not usable: " + report.problem()));
            for (IsolationProbe.Canary canary : report.canaries()) {
                if (!canary.held()) {
                    say(json ? "sandbox" : "", "  canary " + canary.name() + " got through: " + canary.seen());
                }
            }
        }
        if (chosen == null) {
            missing("sandbox", "no level holds here; install bubblewrap (Debian, Ubuntu: apt-get install bubblewrap)");
        }
    }

    private void memory() {
        var system = ManagementFactory.getPlatformMXBean(com.sun.management.OperatingSystemMXBean.class);
        say(
                "memory",
                String.format(
                        Locale.ROOT,
                        "%.1f GB, %.1f GB free, Java heap up to %.1f GB, %d cores",
                        system.getTotalMemorySize() / 1e9,
                        system.getFreeMemorySize() / 1e9,
                        Runtime.getRuntime().maxMemory() / 1e9,
                        Runtime.getRuntime().availableProcessors()));
    }

    private void disk() {
        Path here = Path.of("").toAbsolutePath();
        try {
            FileStore store = Files.getFileStore(here);
            double free = store.getUsableSpace() / 1e9;
            say("disk", String.format(Locale.ROOT, "%.1f GB free for %s", free, here));
        } catch (IOException e) {
            say("disk", "unknown: " + e.getMessage());
        }
    }
}
