package io.maskflow.policy.grpo;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.GrpoConfig.BackendChoice;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Warm start: fits the mean of a policy to the step fractions of a teacher, {@code min mean (mu(s) - y)^2} with {@code y}
 * the latent whose fraction the teacher takes. Off in the paper's recipe.
 *
 * <p>Deterministic: a function of the start, the rows, the settings and the seed.
 */
public final class PolicyCloning {

    private PolicyCloning() {}

    /**
     * What came out.
     *
     * @param network the fitted policy
     * @param error mean of {@code (mu - y)^2} over all states
     */
    public record Clone(PolicyNetwork network, double error) {}

    /**
     * Fits a policy.
     *
     * @param start weights to start from
     * @param teacher the rule to copy, such as {@code a = 2^(-8 (1 - c))}, whose latent is {@code y = c}
     * @param rows recorded or {@link SyntheticRows synthetic} rows; their active positions are the states
     * @param settings how long and how fast
     * @param seed of the order of states
     */
    public static Clone fit(
            PolicyNetwork start, StepSizePolicy teacher, List<RowState> rows, CloningSettings settings, long seed) {
        PolicyShape shape = start.shape();
        int width = shape.state().size();
        int count = rows.stream()
                .mapToInt(row -> {
                    int open = 0;
                    for (boolean active : row.active()) {
                        open += active ? 1 : 0;
                    }
                    return open;
                })
                .sum();
        if (count == 0) {
            throw new IllegalArgumentException("cloning needs at least one active position");
        }
        float[] states = new float[count * width];
        double[] target = new double[count];
        int at = 0;
        for (RowState row : rows) {
            float[] features = shape.state().of(row);
            float[] a = teacher.choose(row).a();
            for (int i = 0; i < row.length(); i++) {
                if (row.active()[i]) {
                    System.arraycopy(features, i * width, states, at * width, width);
                    double y = shape.action().latent(a[i]);
                    target[at++] = Math.max(shape.muMin(), Math.min(shape.muMax(), y));
                }
            }
        }
        PolicyNetwork fitted = descend(start, states, target, settings, seed);
        double[] mu = new double[count];
        fitted.heads(states, count, mu, new double[count]);
        double squares = 0;
        for (int d = 0; d < count; d++) {
            squares += (mu[d] - target[d]) * (mu[d] - target[d]);
        }
        return new Clone(fitted, squares / count);
    }

    private static PolicyNetwork descend(
            PolicyNetwork start, float[] states, double[] target, CloningSettings settings, long seed) {
        PolicyShape shape = start.shape();
        int width = shape.state().size();
        LearnerBackend backend = LearnerBackend.of(BackendChoice.FASTEST);
        double[] parameters = start.parameters();
        AdamW optimizer =
                new AdamW(GrpoConfig.defaults(), new double[parameters.length], new double[parameters.length]);
        LearningRateSchedule schedule = new LearningRateSchedule(LearningRateSchedule.Shape.COSINE, 0, 0);
        RandomGenerator random = RandomStreams.of(seed, "cloning", 0, 0, 0, 0);
        int batch = settings.batch();
        double[] drawn = new double[batch * width];
        double[] y = new double[batch];
        double kappaRange = shape.kappaMax() - shape.kappaMin();
        for (int step = 0; step < settings.steps(); step++) {
            for (int r = 0; r < batch; r++) {
                int d = random.nextInt(target.length);
                for (int f = 0; f < width; f++) {
                    drawn[r * width + f] = states[d * width + f];
                }
                y[r] = target[d];
            }
            double[] gradient = backend.gradient(
                    new PolicyNetwork(shape, parameters), drawn, (first, count, mu, kappa, dMu, dKappa) -> {
                        for (int r = 0; r < count; r++) {
                            dMu[r] = 2 * (mu[r] - y[first + r]) / batch;
                            dKappa[r] = settings.kappa() == 0
                                    ? 0
                                    : 2 * (kappa[r] - settings.kappa()) / (kappaRange * kappaRange * batch);
                        }
                    });
            double rate = settings.learningRate() * schedule.share(step, settings.steps());
            optimizer.update(parameters, gradient, rate, step + 1);
        }
        return new PolicyNetwork(shape, parameters);
    }
}
