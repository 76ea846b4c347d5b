package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import java.util.random.RandomGenerator;

/**
 * Exploration in the space of rules: each trajectory is decoded by the expected actions of one changed policy, whose mean head
 * has the parameters {@code theta + sigma e} with {@code e} standard normal. The head reads the last hidden layer, so that its
 * logit changes by a random smooth function of the state.
 */
public final class ParameterNoise {

    private ParameterNoise() {}

    /**
     * {@code e} of a trajectory, a function of its identity.
     *
     * @param streams random numbers by identity
     * @param key the trajectory
     * @param shape of the policy
     * @return {@code [hidden + 1]}: weights and bias of the mean's head
     */
    public static double[] direction(LatentStreams streams, SampleKey key, PolicyShape shape) {
        RandomGenerator random = SharedNoise.trajectoryStream(streams, key);
        double[] direction = new double[shape.hidden() + 1];
        for (int i = 0; i < direction.length; i++) {
            direction[i] = random.nextGaussian();
        }
        return direction;
    }

    /** The policy that a trajectory is decoded by. */
    static PolicyNetwork changed(PolicyNetwork policy, double[] direction, double sigma) {
        double[] parameters = policy.parameters();
        int head = policy.shape().muHead();
        for (int i = 0; i < direction.length; i++) {
            parameters[head + i] += sigma * direction[i];
        }
        return new PolicyNetwork(policy.shape(), parameters);
    }
}
