package io.maskflow.decoder.dream;

/**
 * How many of the masked positions each step of Dream's sampler fills.
 *
 * <pre>
 *   t_l = 1 - l (1 - eps) / T            l = 0 .. T
 *   p_l = 1 - t_{l+1} / t_l              the share of the masked positions that step l fills; 1 in the last step
 * </pre>
 *
 * <p>The count is rounded down, so that with as many steps as positions the first step fills nothing. All arithmetic is
 * in float32 as published: a count next to a whole number can depend on it.
 *
 * @param steps {@code T}, at least 1
 * @param eps {@code t_T}, in (0, 1); published 1e-3
 */
public record DreamSchedule(int steps, float eps) {

    /** Checks the ranges. */
    public DreamSchedule {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, was " + steps);
        }
        if (!(eps > 0 && eps < 1)) {
            throw new IllegalArgumentException("eps must lie in (0, 1), was " + eps);
        }
    }

    /** {@code t_l}; the second half of the grid is counted from its end, which keeps the rounding symmetric. */
    float time(int l) {
        float step = (eps - 1f) / steps;
        return l < (steps + 1) / 2 ? 1f + step * l : eps - step * (steps - l);
    }

    /** {@code p_l}: share of the masked positions that step {@code l} fills. */
    public float share(int l) {
        return l == steps - 1 ? 1f : 1f - time(l + 1) / time(l);
    }

    /**
     * Positions that step {@code l} fills.
     *
     * @param l step index in [0, T)
     * @param masked masked positions before the step
     */
    public int count(int l, int masked) {
        return l == steps - 1 ? masked : (int) (masked * share(l));
    }
}
