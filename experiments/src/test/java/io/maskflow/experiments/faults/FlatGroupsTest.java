package io.maskflow.experiments.faults;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.faults.Maskflow.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Groups whose task rewards are all equal: here all of them, because the model solves none of the problems. */
class FlatGroupsTest {

    @TempDir
    Path folder;

    private JsonNode step(String run, String... set) throws IOException {
        String config = Maskflow.config(folder, 1).toString();
        String[] command = new String[4 + 2 * set.length];
        System.arraycopy(
                new String[] {"train", config, "--out", folder.resolve(run).toString()}, 0, command, 0, 4);
        for (int i = 0; i < set.length; i++) {
            command[4 + 2 * i] = "--set";
            command[5 + 2 * i] = set[i];
        }
        Outcome outcome = Maskflow.run(command);
        assertThat(outcome.code()).as(outcome.err()).isZero();
        return new ObjectMapper().readTree(Maskflow.read(folder.resolve(run).resolve("metrics.jsonl")));
    }

    @Test
    void keptGroupsAreLearnedFromAndSkippedOnesAreNot() throws IOException {
        JsonNode kept = step("keep", "grpo.flatGroups=keep");
        assertThat(kept.at("/frac_reward_zero_std").doubleValue()).isEqualTo(1);
        assertThat(kept.at("/decisions").doubleValue()).isPositive();
        JsonNode skipped = step("skip", "grpo.flatGroups=skip");
        assertThat(skipped.at("/decisions").doubleValue()).isZero();
        assertThat(skipped.has("resampled")).isFalse();
        assertNothingIsInvented(skipped);
    }

    @Test
    void resamplingEndsAtItsBoundAndWhenThereAreNoFurtherProblems() throws IOException {
        JsonNode twice = step("twice", "grpo.flatGroups=resample", "resampleRounds=2");
        assertThat(twice.at("/resampled").doubleValue()).isEqualTo(4); // two groups, replaced twice
        JsonNode all = step("all", "grpo.flatGroups=resample", "resampleRounds=9", "fleet.workers=2");
        assertThat(all.at("/resampled").doubleValue()).isEqualTo(6); // eight problems, two of them the step's own
        assertThat(all.at("/decisions").doubleValue()).isZero();
        assertNothingIsInvented(twice);
        assertNothingIsInvented(all);
    }

    /** A mean over no decision is no number; what was left out is counted. */
    private static void assertNothingIsInvented(JsonNode step) {
        for (String name : List.of("entropy", "mu_mean", "kappa_mean", "action_log2_mean")) {
            assertThat(step.has(name)).as(name).isTrue();
            assertThat(step.get(name).isNull()).as(name + " " + step.get(name)).isTrue();
        }
        assertThat(step.at("/decisions_flat").doubleValue()).isPositive();
    }
}
