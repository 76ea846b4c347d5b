package io.maskflow.experiments.pages;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CurvesTest {

    @Test
    void linesBecomeColumnsWithHolesWhereAMetricWasNotWritten() {
        Map<String, List<Double>> columns =
                Curves.of(List.of(Map.of("step", 1.0, "a", 0.1), Map.of("step", 2.0, "b", 1 / 3.0)), 1);
        assertThat(columns.get("step")).containsExactly(1.0, 2.0);
        assertThat(columns.get("a")).containsExactly(0.1, null);
        assertThat(columns.get("b")).containsExactly(null, 0.33333);
    }

    /** 1000 lines: buckets of three, the last with one; the mean of steps 1, 2, 3 is 2. */
    @Test
    void aLongLogIsThinnedToMeansOfNeighbours() {
        List<Map<String, Double>> lines = new ArrayList<>();
        for (int step = 1; step <= 1000; step++) {
            lines.add(Map.of("step", (double) step));
        }
        List<Double> steps = Curves.of(lines, 1).get("step");
        assertThat(steps).hasSize(334).startsWith(2.0, 5.0).endsWith(1000.0);
        assertThat(Curves.of(lines, 12).get("step")).hasSize(56).startsWith(9.5);
    }

    @Test
    void relatedMetricsShareAPanelAndALonelyOneKeepsItsName() {
        List<CurvePanels.Panel> panels = CurvePanels.of(List.of("mse_masked", "mse_unmasked", "omega_s"), List.of())
                .get("Fine-tuning");
        assertThat(panels).hasSize(2);
        assertThat(panels.get(0).metrics()).containsExactly("mse_masked", "mse_unmasked");
        assertThat(panels.get(0).log()).isTrue();
        assertThat(panels.get(1).title()).isEqualTo("omega_s");
        assertThat(CurvePanels.of(List.of("mse_masked"), List.of())
                        .get("Fine-tuning")
                        .get(0)
                        .title())
                .isEqualTo("mse_masked");
    }

    /** 30 s and 60 s, then 30 s of training with 60 s of validation: half a minute, one and a half, three. */
    @Test
    void timedStepsHaveTheirMinutes() {
        Map<String, Double> half = Map.of("step_time", 30.0);
        assertThat(Curves.of(
                                List.of(
                                        half,
                                        Map.of("step_time", 60.0),
                                        Map.of("step_time", 30.0, "validation_time", 60.0)),
                                1)
                        .get(Curves.ELAPSED))
                .containsExactly(0.5, 1.5, 3.0);
    }

    @Test
    void sharesModelCallsAndScoresOfTheValidationDoNotMix() {
        assertThat(CurvePanels.of(
                                List.of(
                                        "validation/1/4",
                                        "validation/nfe/1/4",
                                        "validation/score",
                                        "validation_raw/1/4"),
                                List.of())
                        .get("Validation"))
                .extracting(CurvePanels.Panel::metrics)
                .containsExactlyInAnyOrder(
                        List.of("validation/score"),
                        List.of("validation/1/4"),
                        List.of("validation/nfe/1/4"),
                        List.of("validation_raw/1/4"));
    }

    @Test
    void aNameHasTheMeaningOfTheDocumentation() {
        MetricMeanings meanings = new MetricMeanings(
                """
                | `loss`, `lr` | of *training* | |
                | `pass/` + budget | share, see [there](OTHER.md#a) | near 1 |
                | `loss` | another | x |
                ## `results.jsonl`: later
                | `nfe` | not of training | |
                """);
        assertThat(meanings.of("lr")).isEqualTo("of training");
        assertThat(meanings.of("loss")).isEqualTo("of training; of fine-tuning: another; look: x");
        assertThat(meanings.of("pass/1_4")).isEqualTo("share, see there; look: near 1");
        assertThat(meanings.of("nfe")).isEmpty();
    }
}
