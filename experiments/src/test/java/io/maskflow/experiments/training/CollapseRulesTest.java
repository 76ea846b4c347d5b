package io.maskflow.experiments.training;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.training.settings.CollapseRules;
import io.maskflow.experiments.training.settings.StopRules;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CollapseRulesTest {

    private static final CollapseRules RULES = new CollapseRules(3, 0.05, 2);
    private static final Map<String, Double> GOOD = Map.of("decisions", 900.0, "ess", .9, "kl_step", .02);
    private static final Map<String, Double> BAD = Map.of("decisions", 900.0, "ess", .01, "kl_step", 6e9);

    @Test
    void aBadStepIsWarnedOfOnceAndSoManyInARowEndTheRun() {
        StopRules rules = new StopRules(0, 0, 0, RULES);
        RunSoFar soFar = new RunSoFar(RULES);
        soFar.add(GOOD);
        assertThat(soFar.warning()).isEmpty();
        soFar.add(BAD);
        assertThat(soFar.warning().orElseThrow()).contains("step 2: ess 0.0100, below 0.05; kl_step 6.00e+09, above 2");
        soFar.add(BAD);
        assertThat(soFar.warning()).isEmpty();
        assertThat(soFar.ended(rules)).isEmpty();
        soFar.add(GOOD);
        soFar.add(BAD);
        soFar.add(BAD);
        assertThat(soFar.ended(rules)).isEmpty();
        soFar.add(BAD);
        RunSoFar.Ending ending = soFar.ended(rules).orElseThrow();
        assertThat(ending.failed()).isTrue();
        assertThat(ending.words()).startsWith("after step 7: nothing can be learned any more, 3 bad steps in a row");
    }

    @Test
    void whatTeachesNothingIsTold() {
        assertThat(RULES.wrong(Map.of("decisions", 0.0, "decisions_drawn", 0.0)))
                .first()
                .asString()
                .contains("no action was drawn");
        assertThat(RULES.wrong(Map.of("decisions", 0.0, "decisions_drawn", 50.0)))
                .first()
                .asString()
                .contains("all answers had the same reward");
        assertThat(RULES.wrong(Map.of("decisions", 9.0, "ess", .9, "kl_step", Double.NaN)))
                .hasSize(1);
        assertThat(RULES.wrong(Map.of("decisions", 9.0, "grad_norm", 0.0)))
                .first()
                .asString()
                .contains("the gradient is 0");
        assertThat(RULES.wrong(GOOD)).isEmpty();
    }
}
