package io.maskflow.experiments.decoding.step;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PermutedStepSizeTest {

    private static RowState row(long prompt, int step, boolean[] active) {
        float[] c = new float[active.length];
        for (int i = 0; i < c.length; i++) {
            c[i] = (i + 1) / 16f;
        }
        return new RowState(
                new SampleKey(7, 0, prompt, 0), step, 12, 0, new float[4 * c.length], c, new float[c.length], active);
    }

    @Test
    void everyOpenTokenGetsTheFractionOfAnother() {
        StepSizePolicy permuted = new PermutedStepSize(row -> StepSizePolicy.Fractions.of(row.confidence()));
        boolean[] active = {true, true, false, true, true, false, true};
        for (int step = 0; step < 50; step++) {
            RowState row = row(3, step, active);
            float[] a = permuted.choose(row).a();
            float[] sorted = a.clone();
            Arrays.sort(sorted);
            assertThat(sorted).as("the fractions of the step stay").isEqualTo(row.confidence());
            for (int i = 0; i < a.length; i++) {
                assertThat(a[i] == row.confidence()[i]).isEqualTo(!active[i]);
            }
        }
    }

    @Test
    void theDealIsAMatterOfWhoTheResponseIs() {
        StepSizePolicy permuted = new PermutedStepSize(row -> StepSizePolicy.Fractions.of(row.confidence()));
        boolean[] active = new boolean[16];
        Arrays.fill(active, true);
        assertThat(permuted.choose(row(1, 4, active)).a())
                .isEqualTo(permuted.choose(row(1, 4, active)).a());
        assertThat(permuted.choose(row(1, 4, active)).a())
                .isNotEqualTo(permuted.choose(row(2, 4, active)).a());
        assertThat(permuted.choose(row(1, 4, active)).a())
                .isNotEqualTo(permuted.choose(row(1, 5, active)).a());
    }

    @Test
    void aSingleOpenTokenKeepsItsOwn() {
        StepSizePolicy permuted = new PermutedStepSize(row -> StepSizePolicy.Fractions.of(row.confidence()));
        assertThat(permuted.choose(row(1, 4, new boolean[] {false, true})).a()).containsExactly(1 / 16f, 2 / 16f);
    }
}
