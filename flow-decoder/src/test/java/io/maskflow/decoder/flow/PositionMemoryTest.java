package io.maskflow.decoder.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.DecoderContractTest;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.FakeBackbone;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PositionMemoryTest {

    private static CleanStatePrediction says(int token, float... p) {
        return new CleanStatePrediction(new int[] {token}, new float[] {p[0]}, p);
    }

    @Test
    void aTokenThatStaysIsSteadyAndTheDivergenceIsTotalVariation() {
        PositionMemory.Book book = new PositionMemory.Book(3);
        PositionMemory first = book.note(2, says(7, .5f, .2f, .1f, .1f), new int[] {7, 8, 9, 10});
        assertThat(first.steady()).containsExactly(0);
        assertThat(first.change()).containsExactly(0f);
        assertThat(first.divergence()).containsExactly(0f);
        // 7 gains .2, 8 loses .1, 9 and 10 (.2 together) give way to 11 and 12 (.15), the rest falls from .1 to .05
        PositionMemory second = book.note(2, says(7, .7f, .1f, .1f, .05f), new int[] {7, 8, 11, 12});
        assertThat(second.steady()).containsExactly(1);
        assertThat(second.change()[0]).isEqualTo(.2f, within(1e-6f));
        assertThat(second.divergence()[0]).isEqualTo((.2f + .1f + .2f + .15f + .05f) / 2, within(1e-6f));
        book.reEdited(2);
        PositionMemory third = book.note(2, says(8, .7f, .1f, .1f, .05f), new int[] {8, 7, 11, 12});
        assertThat(third.steady()).containsExactly(0);
        assertThat(third.change()).containsExactly(0f);
        assertThat(third.divergence()[0]).isEqualTo(.6f, within(1e-6f));
        assertThat(third.reEdits()).containsExactly(1);
    }

    /** A rule that looks at its memory and keeps it. */
    private static final class Remembering implements StepSizePolicy {
        private static final long serialVersionUID = 1L;
        private final transient List<RowState> seen = new ArrayList<>();

        @Override
        public Fractions choose(RowState row) {
            seen.add(row);
            float[] a = new float[row.length()];
            for (int i = 0; i < a.length; i++) {
                a[i] = row.memory().steady()[i] > 0 ? 0.9f : 0.3f;
            }
            return Fractions.of(a);
        }

        @Override
        public boolean remembers() {
            return true;
        }
    }

    @Test
    void everyRowRemembersItsOwnStepsAndNobodyElses() {
        for (int seed = 0; seed < 5; seed++) {
            Remembering policy = new Remembering();
            List<DecodingStep> steps = new ArrayList<>();
            new FlowDecoder(FlowSettings.defaults(), policy)
                    .decode(new FakeBackbone(seed, 2.5, 0), DecoderContractTest.request(4, 12, 8), steps::add);
            int[][] token = new int[4][12];
            int[][] steady = new int[4][12];
            int[][] reEdits = new int[4][12];
            for (int s = 0; s < steps.size(); s++) {
                DecodingStep step = steps.get(s);
                PositionMemory memory = policy.seen.get(s).memory();
                for (int i = 0; i < 12; i++) {
                    boolean same = step.step() > 0 && token[step.row()][i] == step.predicted()[i];
                    steady[step.row()][i] = same ? steady[step.row()][i] + 1 : 0;
                    assertThat(memory.steady()[i]).isEqualTo(steady[step.row()][i]);
                    assertThat(memory.reEdits()[i]).isEqualTo(reEdits[step.row()][i]);
                    assertThat(memory.divergence()[i]).isBetween(0f, 1f);
                    token[step.row()][i] = step.predicted()[i];
                    reEdits[step.row()][i] += step.reEdited()[i] ? 1 : 0;
                }
            }
        }
    }

    @Test
    void whoDoesNotRememberIsToldNothing() {
        StepSizePolicy asked = row -> {
            assertThat(row.memory()).isSameAs(PositionMemory.NONE);
            return StepSizePolicy.Fractions.of(row.confidence());
        };
        new FlowDecoder(FlowSettings.defaults(), asked)
                .decode(new FakeBackbone(1), DecoderContractTest.oneRow(6, 3), DecodingObserver.NONE);
    }
}
