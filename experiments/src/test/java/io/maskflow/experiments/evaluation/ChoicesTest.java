package io.maskflow.experiments.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.DecodingStep;
import io.maskflow.experiments.ablation.AblateConfig;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.evaluation.answers.ActionTally;
import io.maskflow.experiments.run.ResultsLog.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is chosen on validation problems, and what an evaluation says of step fractions. */
class ChoicesTest {

    @Test
    void whatIsNullIsLeftOut(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(
                folder.resolve("a.yaml"),
                """
                evaluation: { decoders: { mask: { type: mask-prediction }, dream: { type: dream } } }
                rows: { first: { decoder: { reEditing: false } }, second: { decoder: { hardCommitment: false } } }
                """);

        AblateConfig config = ConfigFiles.load(
                        file, List.of("evaluation.decoders.mask=null", "rows.second=null"), AblateConfig.class)
                .value();

        assertThat(config.evaluation().decoders()).containsOnlyKeys("dream");
        assertThat(config.rows()).containsOnlyKeys("first");
    }

    @Test
    void theFirstOfEqualsIsTheBest() {
        assertThat(Selection.most(List.of(3L, 7L, 7L, 2L))).isEqualTo(1);
    }

    @Test
    void theDearestThresholdWithinTheCallsIsTaken() {
        List<Double> nfe = List.of(4.0, 6.5, 11.9, 12.1, 30.0);
        assertThat(Selection.within(nfe, 12)).isEqualTo(2);
        assertThat(Selection.within(nfe, 12.1)).isEqualTo(3);
        assertThat(Selection.within(nfe, 2)).as("none is within: the cheapest").isZero();
    }

    @Test
    void theOracleTakesWhatPassedAndKnowsWhatNobodyJudged() {
        Map<String, Result> bold =
                Map.of("1", result("1", "failed"), "2", result("2", "passed"), "3", result("3", "failed"));
        Map<String, Result> shy =
                Map.of("1", result("1", "passed"), "2", result("2", "failed"), "3", result("3", "no_verdict"));
        List<Result> best = Oracle.of("oracle", List.of("1", "2", "3"), List.of(bold, shy));
        assertThat(best).extracting(Result::verdict).containsExactly("passed", "passed", "no_verdict");
        assertThat(best).extracting(Result::decoder).containsOnly("oracle");
    }

    private static Result result(String id, String verdict) {
        boolean passed = verdict.equals("passed");
        return new Result(id, "x", "1/4", 0, 1, 1, 1, verdict, verdict.equals("no_verdict") ? null : 0.0, passed, "");
    }

    /**
     * Two steps of two tokens, {@code log2 a = (-4, -2)} and {@code (-2, 0)}, confidence (.1, .5) and (.1, .5): all of the
     * variance of x is 2, of which 1 lies within steps. Within a step the fraction follows the confidence exactly; over both
     * steps the correlation is {@code 0.2 / sqrt(2 * 0.04) = 1 / sqrt 2}.
     */
    @Test
    void fractionsAreComparedWithinAStepAndOverAll() {
        ActionTally tally = new ActionTally();
        tally.onStep(step(0, .0625f, .25f));
        tally.onStep(step(1, .25f, 1));
        ActionTally.Actions seen = tally.actions("flow", "1/4");
        assertThat(seen.decisions()).isEqualTo(4);
        assertThat(seen.log2Mean()).isCloseTo(-2, within(1e-6));
        assertThat(seen.log2Sd()).isCloseTo(Math.sqrt(2), within(1e-6));
        assertThat(seen.withinShare()).isCloseTo(.5, within(1e-6));
        assertThat(seen.confidenceWithin()).isCloseTo(1, within(1e-6));
        assertThat(seen.confidence()).isCloseTo(1 / Math.sqrt(2), within(1e-6));
        assertThat(seen.rho()).isCloseTo(1 / Math.sqrt(2), within(1e-6));
        assertThat(seen.progress()).as("progress does not vary").isZero();
    }

    /** A third position is committed: it has no part in anything. */
    private static DecodingStep step(int step, float a, float b) {
        return new DecodingStep(
                0,
                step,
                2,
                0,
                new int[3],
                new float[] {.1f, .5f, .9f},
                new boolean[] {true, true, false},
                new float[0],
                new float[] {a, b, 0},
                new float[0],
                new float[0],
                new float[3],
                new float[3],
                new boolean[3],
                new int[0],
                new boolean[0]);
    }

    @Test
    void aChoiceThatLeavesCallsUnusedIsReported() {
        assertThat(Selection.idle(2, 6)).hasValue("uses 2.0 of 6 model calls: with a finer grid it may solve more");
        assertThat(Selection.idle(4.9, 6)).isEmpty();
    }
}
