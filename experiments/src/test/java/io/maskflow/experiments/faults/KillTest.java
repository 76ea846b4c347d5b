package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.random.RandomStreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A run that is killed (SIGKILL) again and again, at random instants of its start and of its steps, ends in the bytes of
 * the run that nobody killed. {@code -Dmaskflow.kills=500} makes the long form.
 */
@EnabledOnOs({OS.LINUX, OS.MAC})
class KillTest {

    private static final int KILLS = Integer.getInteger("maskflow.kills", 25);
    private static final int STEPS = 2 * KILLS + 6;
    private static final long LONGEST_START_MILLIS = 4_000;

    @TempDir
    Path folder;

    @Test
    void aRunKilledAtRandomInstantsEndsInTheSameBytes() throws Exception {
        String config = Maskflow.dial(folder, STEPS).toString();
        Path whole = folder.resolve("whole");
        assertThat(Maskflow.fork(folder.resolve("whole.txt"), "train", config, "--out", whole.toString()))
                .satisfies(
                        outcome -> assertThat(outcome.code()).as(outcome.err()).isZero());

        Path broken = folder.resolve("broken");
        int kills = 0;
        int inStart = 0;
        for (int life = 0; kills < KILLS; life++) {
            assertThat(life).as("lives, " + kills + " of them killed").isLessThan(2 * KILLS);
            RandomGenerator random = RandomStreams.of(7, "kill", life, 0, 0, 0);
            Process run = live(broken, config);
            boolean start = life % 4 == 3;
            if (start) {
                Thread.sleep(random.nextLong(LONGEST_START_MILLIS));
            } else {
                awaitSteps(run, broken, steps(broken) + 1 + random.nextInt(2));
                Thread.sleep(random.nextLong(40));
            }
            if (run.isAlive()) {
                run.destroyForcibly();
                kills++;
                inStart += start ? 1 : 0;
            }
            int code = run.waitFor();
            assertThat(code).as(Maskflow.read(folder.resolve("broken.txt"))).isIn(0, 128 + 9);
        }
        Process last = live(broken, config);
        assertThat(last.waitFor())
                .as(Maskflow.read(folder.resolve("broken.txt")))
                .isZero();
        System.out.println(kills + " kills, " + inStart + " of them at a random instant of the first "
                + LONGEST_START_MILLIS + " ms");
        Map<String, String> expected = Maskflow.fingerprint(whole);
        assertThat(Maskflow.fingerprint(broken)).isEqualTo(expected);
        assertThat(broken.resolve("run.lock")).doesNotExist();
    }

    private Process live(Path run, String config) {
        Path log = folder.resolve("broken.txt");
        // Killed before it wrote its settings, a run has left nothing to go on with: it starts as a new one.
        return Files.exists(run.resolve("config.yaml"))
                ? Maskflow.start(log, "train", config, "--out", run.toString(), "--resume")
                : Maskflow.start(log, "train", config, "--out", run.toString());
    }

    private static void awaitSteps(Process run, Path folder, long wanted) throws Exception {
        while (run.isAlive() && steps(folder) < wanted) {
            Thread.sleep(2);
        }
    }

    private static long steps(Path run) throws IOException {
        Path metrics = run.resolve("metrics.jsonl");
        return Files.exists(metrics)
                ? new String(Files.readAllBytes(metrics))
                        .chars()
                        .filter(c -> c == '\n')
                        .count()
                : 0;
    }
}
