package io.maskflow.experiments.decoding.step;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.random.RandomStreams;
import java.util.random.RandomGenerator;

/**
 * The fractions of another step size, dealt anew among the open tokens of the step: as if each token had been judged by the
 * state of another one. The cycle is drawn by Sattolo's algorithm, so that no token keeps its own fraction.
 */
final class PermutedStepSize implements StepSizePolicy {

    private final StepSizePolicy of;

    PermutedStepSize(StepSizePolicy of) {
        this.of = of;
    }

    @Override
    public boolean remembers() {
        return of.remembers();
    }

    @Override
    public Fractions choose(RowState row) {
        Fractions chosen = of.choose(row);
        int[] open = new int[row.length()];
        int count = 0;
        for (int i = 0; i < row.length(); i++) {
            if (row.active()[i]) {
                open[count++] = i;
            }
        }
        float[] dealt = chosen.a().clone();
        RandomGenerator random = RandomStreams.of(row.key(), "permute", (row.step() << 16) + row.from());
        for (int k = count - 1; k > 0; k--) {
            int other = random.nextInt(k);
            float a = dealt[open[k]];
            dealt[open[k]] = dealt[open[other]];
            dealt[open[other]] = a;
        }
        return new Fractions(dealt, chosen.features(), chosen.latent(), chosen.logProbability());
    }
}
