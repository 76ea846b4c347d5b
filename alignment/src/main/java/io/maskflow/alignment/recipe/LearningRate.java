package io.maskflow.alignment.recipe;

/**
 * Learning rate as a function of the step: a linear warm-up to {@code peak}, then one of three shapes down to
 * {@code finalFraction * peak} at the last step.
 *
 * @param peak highest rate, above 0
 * @param warmupSteps steps of the warm-up, at least 0
 * @param shape what follows
 * @param finalFraction rate at the end as a part of {@code peak}, in [0, 1]; without meaning for a constant rate
 */
public record LearningRate(double peak, int warmupSteps, Shape shape, double finalFraction) {

    /** Part of the run over which {@link Shape#LINEAR_TAIL} falls. */
    private static final double TAIL = 0.3;

    /** What follows the warm-up. */
    public enum Shape {
        /** {@code peak} to the end. */
        CONSTANT,
        /** Half a cosine. */
        COSINE,
        /** {@code peak}, then a straight line over the last 30 % of the steps; a run can be cut short or made longer. */
        LINEAR_TAIL
    }

    /** Checks the ranges. */
    public LearningRate {
        if (!(peak > 0 && Double.isFinite(peak))) {
            throw new IllegalArgumentException("learningRate.peak must be above 0, was " + peak);
        }
        if (warmupSteps < 0) {
            throw new IllegalArgumentException("learningRate.warmupSteps must be at least 0, was " + warmupSteps);
        }
        TrainingConfig.present("learningRate.shape", shape);
        if (!(finalFraction >= 0 && finalFraction <= 1)) {
            throw new IllegalArgumentException("learningRate.finalFraction must lie in [0, 1], was " + finalFraction);
        }
    }

    /** That of an alignment: 2e-4 throughout. */
    public static LearningRate defaults() {
        return new LearningRate(2e-4, 0, Shape.CONSTANT, 0);
    }

    /**
     * Rate of one step.
     *
     * @param step counted from 0
     * @param steps length of the run
     * @return in (0, peak]
     */
    public double at(long step, long steps) {
        if (step < warmupSteps) {
            return peak * (step + 1) / warmupSteps;
        }
        double falling =
                switch (shape) {
                    case CONSTANT -> 1;
                    case COSINE ->
                        0.5 * (1 + Math.cos(Math.PI * (step - warmupSteps) / Math.max(1.0, steps - warmupSteps)));
                    case LINEAR_TAIL -> Math.min(1, (steps - step) / Math.max(1.0, TAIL * steps));
                };
        return shape == Shape.CONSTANT ? peak : peak * (finalFraction + (1 - finalFraction) * falling);
    }
}
