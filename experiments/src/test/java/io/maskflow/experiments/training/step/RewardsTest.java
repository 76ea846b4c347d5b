package io.maskflow.experiments.training.step;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.SampleKey;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.training.settings.RewardChoice;
import io.maskflow.experiments.training.settings.Rewards;
import io.maskflow.experiments.training.settings.Slice;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.reward.CallPrice;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.MbppProblems;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import io.maskflow.rollout.Decisions;
import io.maskflow.rollout.GroupTask;
import io.maskflow.rollout.Trajectory;
import io.maskflow.rollout.TrajectoryGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardsTest {

    private static final Verdict PASS = verdict(VerdictKind.PASSED, VerdictKind.PASSED);
    private static final Verdict HALF = verdict(VerdictKind.FAILED, VerdictKind.PASSED, VerdictKind.FAILED);
    private static final Verdict FAIL = verdict(VerdictKind.FAILED, VerdictKind.FAILED);

    @TempDir
    Path folder;

    private static Verdict verdict(VerdictKind kind, VerdictKind... tests) {
        return new Verdict(kind, List.of(tests), 0, 0, "");
    }

    private static Trajectory trajectory(int calls) {
        return new Trajectory(
                new SampleKey(0, 0, 0, calls),
                48,
                new int[48],
                calls,
                new float[48],
                Decisions.NONE,
                0,
                new int[0],
                0,
                4);
    }

    private static GroupTask task(int samples, double price) {
        return new GroupTask(0, 0, 0, new int[] {1}, samples, 48, 48, price);
    }

    private static ScoredGroup group(CallPrice form, double price, List<Verdict> verdicts, int... calls) {
        Rewards rewards =
                new Rewards(List.of(new RewardChoice.AllPass(1), new RewardChoice.Calls(List.of(price), form, 1)));
        List<Trajectory> all =
                java.util.Arrays.stream(calls).mapToObj(RewardsTest::trajectory).toList();
        return ScoredGroup.of(
                new TrajectoryGroup(task(calls.length, price), all),
                verdicts,
                Collections.nCopies(calls.length, new double[0]),
                rewards);
    }

    @Test
    void groupsThatDifferInCallsOnlyAreNotFlat() {
        ScoredGroup solved = group(CallPrice.ADDITIVE, 0.4, List.of(PASS, PASS), 12, 24);
        assertThat(solved.task()).containsExactly(new double[] {0.9, 0.8}, within(1e-15));
        assertThat(solved.flat()).isFalse();
        assertThat(group(CallPrice.ADDITIVE, 0.4, List.of(PASS, PASS), 12, 12).flat())
                .isTrue();
    }

    @Test
    void aGroupThatFailsIsTaughtToGiveUpByTheAddedPriceAloneOnly() {
        assertThat(group(CallPrice.ADDITIVE, 0.4, List.of(FAIL, FAIL), 12, 24).flat())
                .isFalse();
        assertThat(group(CallPrice.MULTIPLICATIVE, 0.4, List.of(FAIL, FAIL), 12, 24)
                        .flat())
                .isTrue();
        assertThat(group(CallPrice.POWER, 0.4, List.of(FAIL, FAIL), 12, 24).flat())
                .isTrue();
    }

    @Test
    void weightsAddUpAndWeightZeroIsOnlyWrittenDown() {
        Rewards rewards = new Rewards(List.of(
                new RewardChoice.PassRate(0.5),
                new RewardChoice.AllPass(0),
                new RewardChoice.Command("x", "style", 1, 2),
                new RewardChoice.Calls(List.of(1.0), CallPrice.ADDITIVE, 0)));
        Rewards.Earned earned = rewards.of(HALF, trajectory(24), task(1, 1), new double[] {0.25});
        assertThat(earned.terms()).containsExactly(0.5, 0, 0.25, 0.5);
        assertThat(earned.earned()).isEqualTo(0.5 * 0.5 + 2 * 0.25);
        assertThat(earned.reward()).isEqualTo(earned.earned());
    }

    @Test
    void whatACommandDoesNotScoreHasNoVerdict() throws IOException {
        Path rows = Files.writeString(
                folder.resolve("one.jsonl"),
                "{\"task_id\": 1, \"text\": \"add\", \"code\": \"x\", \"test_list\": [\"assert f(1) == 2\"]}\n");
        CodingProblem problem = MbppProblems.read(rows).get(0);
        Slice slice = new Slice(task(2, 0), problem, 0, 2);
        String script = "python3 -c 'import json,sys\n"
                + "for line in sys.stdin:\n"
                + " row = json.loads(line)\n"
                + " assert row[\"problem\"][\"id\"] == \"1\" and row[\"trajectory\"][\"length\"] == 48\n"
                + " print(len(row[\"answer\"]) if row[\"verdict\"][\"verdict\"] == \"passed\" else \"none\")'";
        Rewards rewards = new Rewards(List.of(new RewardChoice.Command(script, "length", 20, 1)));
        Rewards.Asked asked =
                rewards.ask(slice, List.of(trajectory(3), trajectory(4)), List.of("abc", "de"), List.of(PASS, FAIL));
        assertThat(asked.scores().get(0)).containsExactly(3);
        assertThat(asked.verdicts().get(0)).isEqualTo(PASS);
        assertThat(asked.verdicts().get(1).decided()).isFalse();
        assertThat(asked.verdicts().get(1).note()).isEqualTo("reward command length wrote no number: none");
    }

    private TrainConfig config(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("train.yaml"), yaml);
        return ConfigFiles.load(file, List.of(), TrainConfig.class).value();
    }

    @Test
    void oneNameIsAListOfOneAndARangeNeedsItsFeature() throws IOException {
        assertThat(config("reward: all-pass\n").reward()).containsExactly(new RewardChoice.AllPass(1));
        assertThat(config("steps: 1\n").reward())
                .containsExactly(new RewardChoice.PassRate(0.5), new RewardChoice.AllPass(0.5));
        String dial = "reward: [all-pass, { type: calls, price: [0.05, 2] }]\n";
        assertThatThrownBy(() -> config(dial))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("policy.features must hold price");
        TrainConfig priced = config(dial + "policy: { features: [p1, price] }\n");
        assertThat(priced.policyShape().prices().low()).isEqualTo(0.05);
        assertThat(priced.price(3, 4)).isBetween(0.05, 2.0).isEqualTo(priced.price(3, 4));
        assertThatThrownBy(() -> config("policy: { features: [p1, price] }\n"))
                .hasMessageContaining("reward must hold calls with a price above 0");
        assertThatThrownBy(() -> config("reward: [{ type: calls, price: 1 }]\n"))
                .hasMessageContaining("reward must hold a term besides calls");
        assertThatThrownBy(() -> config(dial + "policy: { features: [p1, price] }\nvalidation: { prices: 3 }\n"))
                .hasMessageContaining("validation.prices must lie in the range");
    }
}
