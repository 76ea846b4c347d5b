package io.maskflow.policy.cloning;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.decoder.random.RandomStreams;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.grpo.AdamW;
import io.maskflow.policy.grpo.GrpoConfig;
import io.maskflow.policy.grpo.LearningRateSchedule;
import io.maskflow.policy.grpo.backend.LearnerBackend;
import io.maskflow.policy.grpo.backend.LearnerBackend.Choice;
import java.util.List;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Warm start: fits the mean of a policy before training, to the step fractions of a teacher, {@code min mean (mu(s) - y)^2} with
 * {@code y} the latent whose fraction the teacher takes, or to the chance of an event, {@code min -mean ln mu(s)} where it
 * happened and {@code -ln (1 - mu(s))} where not. Off in the paper's recipe.
 *
 * <p>Deterministic: a function of the start, the rows, the settings and the seed.
 */
public final class PolicyCloning {

    private PolicyCloning() {}

    /**
     * What came out.
     *
     * @param network the fitted policy
     * @param error mean of {@code (mu - y)^2} over all states; of an event its Brier score
     */
    public record Clone(PolicyNetwork network, double error) {}

    /** What is fitted where: {@code [count, F]} and {@code [count]}. */
    private record Lessons(float[] states, double[] target) {

        /** The open positions of some rows. */
        static Lessons of(PolicyShape shape, List<RowState> rows, Function<RowState, double[]> targets) {
            int width = shape.state().size();
            int count = 0;
            for (RowState row : rows) {
                for (boolean active : row.active()) {
                    count += active ? 1 : 0;
                }
            }
            if (count == 0) {
                throw new IllegalArgumentException("cloning needs at least one active position");
            }
            float[] states = new float[count * width];
            double[] target = new double[count];
            int at = 0;
            for (RowState row : rows) {
                float[] features = shape.state().of(row);
                double[] wanted = targets.apply(row);
                for (int i = 0; i < row.length(); i++) {
                    if (row.active()[i]) {
                        System.arraycopy(features, i * width, states, at * width, width);
                        target[at++] = wanted[i];
                    }
                }
            }
            return new Lessons(states, target);
        }
    }

    /**
     * Fits a policy to a teacher.
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
        Lessons lessons = Lessons.of(shape, rows, row -> {
            float[] a = teacher.choose(row).a();
            double[] y = new double[a.length];
            for (int i = 0; i < y.length; i++) {
                y[i] = Math.max(
                        shape.muMin(), Math.min(shape.muMax(), shape.action().latent(a[i])));
            }
            return y;
        });
        return descend(start, lessons, settings, seed, false);
    }

    /**
     * Fits the mean to the chance of an event.
     *
     * @param start weights to start from
     * @param happened {@code [length]} of a row: 1 where it happened, 0 where not
     * @param rows recorded rows; their active positions are the states
     * @param settings how long and how fast
     * @param seed of the order of states
     */
    public static Clone fitProbability(
            PolicyNetwork start,
            Function<RowState, double[]> happened,
            List<RowState> rows,
            CloningSettings settings,
            long seed) {
        return descend(start, Lessons.of(start.shape(), rows, happened), settings, seed, true);
    }

    private static Clone descend(
            PolicyNetwork start, Lessons lessons, CloningSettings settings, long seed, boolean logLoss) {
        PolicyShape shape = start.shape();
        int width = shape.state().size();
        int count = lessons.target().length;
        LearnerBackend backend = LearnerBackend.of(Choice.FASTEST);
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
                int d = random.nextInt(count);
                for (int f = 0; f < width; f++) {
                    drawn[r * width + f] = lessons.states()[d * width + f];
                }
                y[r] = lessons.target()[d];
            }
            double[] gradient = backend.gradient(
                    new PolicyNetwork(shape, parameters), drawn, (first, size, mu, kappa, dMu, dKappa) -> {
                        for (int r = 0; r < size; r++) {
                            double error = mu[r] - y[first + r];
                            dMu[r] = (logLoss ? error / (mu[r] * (1 - mu[r])) : 2 * error) / batch;
                            dKappa[r] = settings.kappa() == 0
                                    ? 0
                                    : 2 * (kappa[r] - settings.kappa()) / (kappaRange * kappaRange * batch);
                        }
                    });
            double rate = settings.learningRate() * schedule.share(step, settings.steps());
            optimizer.update(parameters, gradient, rate, step + 1);
        }
        PolicyNetwork fitted = new PolicyNetwork(shape, parameters);
        double[] mu = new double[count];
        fitted.heads(lessons.states(), count, mu, new double[count]);
        double squares = 0;
        for (int d = 0; d < count; d++) {
            squares += (mu[d] - lessons.target()[d]) * (mu[d] - lessons.target()[d]);
        }
        return new Clone(fitted, squares / count);
    }
}
