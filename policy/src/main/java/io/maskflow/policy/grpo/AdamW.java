package io.maskflow.policy.grpo;

/**
 * Adam with decoupled weight decay (1711.05101), in PyTorch's order: {@code w *= 1 - lr wd}; {@code m = b1 m + (1 - b1)
 * g}; {@code v = b2 v + (1 - b2) g^2}; {@code w -= lr / (1 - b1^n) * m / (sqrt(v) / sqrt(1 - b2^n) + eps)}.
 */
public final class AdamW {

    final double[] firstMoment;
    final double[] secondMoment;
    private final double beta1;
    private final double beta2;
    private final double epsilon;
    private final double weightDecay;

    /**
     * An optimizer that goes on with given moments, which it changes.
     *
     * @param config rates of decay
     * @param firstMoment {@code [P]}
     * @param secondMoment {@code [P]}
     */
    public AdamW(GrpoConfig config, double[] firstMoment, double[] secondMoment) {
        beta1 = config.beta1();
        beta2 = config.beta2();
        epsilon = config.epsilon();
        weightDecay = config.weightDecay();
        this.firstMoment = firstMoment;
        this.secondMoment = secondMoment;
    }

    /**
     * One update, in place.
     *
     * @param parameters changed
     * @param gradient of the loss
     * @param rate learning rate
     * @param n number of this update, from 1
     */
    public void update(double[] parameters, double[] gradient, double rate, long n) {
        double correction1 = 1 - StrictMath.pow(beta1, n);
        double correction2 = Math.sqrt(1 - StrictMath.pow(beta2, n));
        for (int i = 0; i < parameters.length; i++) {
            firstMoment[i] = beta1 * firstMoment[i] + (1 - beta1) * gradient[i];
            secondMoment[i] = beta2 * secondMoment[i] + (1 - beta2) * gradient[i] * gradient[i];
            double denominator = Math.sqrt(secondMoment[i]) / correction2 + epsilon;
            parameters[i] =
                    parameters[i] * (1 - rate * weightDecay) - rate / correction1 * firstMoment[i] / denominator;
        }
    }
}
