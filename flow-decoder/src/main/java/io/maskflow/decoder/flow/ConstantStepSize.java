package io.maskflow.decoder.flow;

import java.util.Arrays;

/**
 * The same fraction for every token at every step: {@code a_i = fraction}.
 *
 * @param fraction in (0, 1]
 */
public record ConstantStepSize(double fraction) implements StepSizePolicy {

    /** Checks the range. */
    public ConstantStepSize {
        if (!(fraction > 0 && fraction <= 1)) {
            throw new IllegalArgumentException("fraction must lie in (0, 1], was " + fraction);
        }
    }

    @Override
    public Fractions choose(RowState row) {
        float[] a = new float[row.length()];
        Arrays.fill(a, (float) fraction);
        return Fractions.of(a);
    }
}
