package io.maskflow.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.reward.MissingModules;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryTest {

    private static Result answer(String id, String decoder, long seed, String verdict) {
        boolean passed = verdict.equals("passed");
        Double rate = verdict.equals("no_verdict") ? null : passed ? 1.0 : 0.5;
        return new Result(id, decoder, "1/4", seed, 12, 24, 0.5, verdict, rate, passed, "");
    }

    @Test
    void anAnswerWithoutAVerdictEntersNoFigure() {
        Summary summary = Summary.of(
                List.of(
                        answer("1", "flow", 0, "passed"),
                        answer("2", "flow", 0, "failed"),
                        answer("3", "flow", 0, "no_verdict")),
                48);
        Summary.Row row = summary.rows().get(0);
        assertThat(row.n()).isEqualTo(2);
        assertThat(row.noVerdict()).isEqualTo(1);
        assertThat(row.passAt1()).isEqualTo(0.5);
        assertThat(row.passRate()).isEqualTo(0.75);
        assertThat(row.nfeOverLength()).isEqualTo(0.25);
        assertThat(row.tpf()).isEqualTo(2);
        assertThat(row.wilson().low()).isLessThan(0.5);
    }

    @Test
    void programsThatAskForMissingModulesAreCountedPerRow() {
        List<Result> results = new ArrayList<>();
        for (String note :
                List.of("No module named 'numpy'", "No module named 'numpy.linalg'", "No module named 'yaml'")) {
            results.add(new Result(
                    "" + results.size(),
                    "flow",
                    "1/4",
                    null,
                    0,
                    12,
                    24,
                    0.5,
                    "error",
                    0.0,
                    false,
                    "",
                    "ModuleNotFoundError: " + note));
        }
        results.add(answer("9", "flow", 0, "failed"));

        Summary.Row row = Summary.of(results, 48).rows().get(0);

        assertThat(row.missingModules()).isEqualTo(Map.of("numpy", 2, "yaml", 1));
        assertThat(MissingModules.sentence(row.missingModules()))
                .contains("2 programs asked for numpy, 1 program asked for yaml, which the sandbox has not");
    }

    @Test
    void furtherSeedsOfTheSameProblemsDoNotNarrowTheInterval() {
        List<Result> once = List.of(
                answer("1", "flow", 0, "passed"), answer("2", "flow", 0, "failed"), answer("3", "flow", 0, "passed"));
        List<Result> thrice = new ArrayList<>(once);
        for (int seed = 1; seed < 3; seed++) {
            int other = seed;
            once.forEach(result -> thrice.add(result.withSeed(other)));
        }

        Summary.Row row = Summary.of(thrice, 48).rows().get(0);

        assertThat(row.n()).isEqualTo(9);
        assertThat(row.wilson()).isEqualTo(Summary.of(once, 48).rows().get(0).wilson());
    }

    @Test
    void seedsAreTheSamplesOfPassAtK() {
        List<Result> results = List.of(
                answer("1", "flow", 0, "passed"),
                answer("1", "flow", 1, "failed"),
                answer("1", "flow", 2, "failed"),
                answer("2", "flow", 0, "failed"),
                answer("2", "flow", 1, "failed"),
                answer("2", "flow", 2, "failed"),
                answer("2", "flow", 3, "failed"));

        Summary.Row row = Summary.of(results, 48).rows().get(0);

        // Problem 1: 1/3, 2/3 and 1; problem 2: never. It has a fourth sample, problem 1 has none for k = 4.
        assertThat(row.passAtK()).containsOnlyKeys(1, 2, 3);
        assertThat(row.passAtK().get(1)).isCloseTo(1.0 / 6, within(1e-12));
        assertThat(row.passAtK().get(2)).isCloseTo(1.0 / 3, within(1e-12));
        assertThat(row.passAtK().get(3)).isCloseTo(0.5, within(1e-12));
        assertThat(Summary.of(results.subList(0, 1), 48).rows().get(0).passAtK())
                .isEmpty();
    }

    @Test
    void pairsCompareTheSameProblemsAndSeeds() {
        List<Result> results = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            results.add(answer("p" + i, "flow", 0, i < 12 ? "passed" : "failed"));
            results.add(answer("p" + i, "mask", 0, i < 4 ? "passed" : "failed"));
            results.add(answer("p" + i, "third", 0, i < 4 ? "passed" : "failed"));
        }
        results.add(answer("only flow", "flow", 0, "passed"));
        results.add(answer("p0", "flow", 1, "passed"));
        Summary summary = Summary.of(results, 48);
        Summary.Pair pair = summary.pairs().get(0);
        assertThat(pair.first()).isEqualTo("flow");
        assertThat(pair.second()).isEqualTo("mask");
        assertThat(pair.n()).isEqualTo(20);
        assertThat(pair.wins()).isEqualTo(8);
        assertThat(pair.losses()).isZero();
        assertThat(pair.p()).isCloseTo(2.0 / 256, within(1e-12));
        // Two pairs with p = 1/128 and one with p = 1: the smallest is multiplied by three.
        assertThat(pair.pHolm()).isCloseTo(6.0 / 256, within(1e-12));
        assertThat(pair.difference()).isEqualTo(0.4);
        assertThat(pair.interval().low()).isBetween(0.1, 0.3);
        assertThat(summary.pairs().get(2).pHolm()).isEqualTo(1);
    }

    @Test
    void aSummaryComesBackAsItWasWritten(@TempDir Path folder) {
        Summary summary = Summary.of(List.of(answer("1", "flow", 0, "passed"), answer("1", "mask", 0, "failed")), 48);
        summary.write(folder.resolve("summary.json"));
        assertThat(Summary.read(folder.resolve("summary.json"))).isEqualTo(summary);
    }
}
