package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.flow.FlowSettings;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.Exploration;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.rollout.GroupRollout;
import io.maskflow.rollout.GroupTask;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Memory of a training does not grow with its steps. Decoding alone is watched over 2,000 steps by NativeMemoryTest. */
class TrainingMemoryTest {

    private static final int STEPS = 80;
    private static final int WARM = 30;

    @TempDir
    Path folder;

    @Test
    void aGroupLeavesNoNativeArrayBehind() {
        BetaStepSizePolicy policy = BetaStepSizePolicy.sampled(
                PolicyNetwork.initial(PolicyShape.WIDE, 0), LatentStreams.KEYED, Exploration.defaults());
        GroupRollout rollout = new GroupRollout(new FlowDecoder(FlowSettings.defaults(), policy), 3);
        try (NetworkPredictor model = Backbones.open(BuiltinModels.folder("builtin"), BackboneOptions.standard())) {
            rollout.roll(model, task(0));
            int live = model.liveArrays();
            for (int step = 1; step <= 12; step++) {
                rollout.roll(model, task(step));
            }
            assertThat(model.liveArrays()).isEqualTo(live);
        }
    }

    private static GroupTask task(long step) {
        return new GroupTask(0, step, step, new int[] {5, 6, 7}, 4, 16, 4);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void residentMemoryOfATrainingStaysFlat() throws Exception {
        String config = Maskflow.config(folder, STEPS).toString();
        Path run = folder.resolve("run");
        Process process = Maskflow.start(folder.resolve("run.txt"), "train", config, "--out", run.toString());
        Path metrics = run.resolve("metrics.jsonl");
        long warm = 0;
        long last = 0;
        while (process.isAlive()) {
            long steps = Files.exists(metrics) ? Maskflow.read(metrics).lines().count() : 0;
            long resident = resident(process.pid());
            if (steps >= WARM && resident > 0) {
                warm = warm == 0 ? resident : warm;
                last = resident;
            }
            Thread.sleep(5);
        }
        assertThat(process.waitFor())
                .as(Maskflow.read(folder.resolve("run.txt")))
                .isZero();
        System.out.println("resident kilobytes after " + WARM + " steps " + warm + ", at the end " + last);
        assertThat(warm).isPositive();
        assertThat(last - warm)
                .as("kilobytes grown over the last " + (STEPS - WARM) + " steps")
                .isLessThan(32_000);
    }

    private static long resident(long pid) throws Exception {
        Path status = Path.of("/proc/" + pid + "/status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmRSS"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D+", "")))
                    .findFirst()
                    .orElse(0);
        } catch (java.io.IOException ended) {
            return 0;
        }
    }
}
