package io.maskflow.policy.grpo;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.distribution.StepDistribution;
import java.util.SplittableRandom;

/** Seeded random decisions. */
final class Batches {

    private Batches() {}

    /** States in [0, 1], latents near the mean, advantages around zero, drawn by a slightly different policy. */
    static DecisionBatch random(PolicyShape shape, int count, int trajectories, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int width = shape.state().size();
        float[] features = new float[count * width];
        for (int i = 0; i < features.length; i++) {
            features[i] = (float) random.nextDouble();
        }
        double[] latent = random.doubles(count, -1.7, 1.7).toArray();
        double[] advantage = random.doubles(count, -1, 1).toArray();
        PolicyNetwork old = PolicyNetwork.initial(shape, seed + 1);
        double[] mu = new double[count];
        double[] kappa = new double[count];
        old.heads(features, count, mu, kappa);
        double[] logP = new double[count];
        for (int d = 0; d < count; d++) {
            // within 1.7 standard deviations of the mean
            latent[d] = mu[d] + latent[d] * Math.sqrt(mu[d] * (1 - mu[d]) / (1 + kappa[d]));
            logP[d] = new StepDistribution(mu[d], kappa[d]).logDensity(latent[d]);
        }
        int[] starts = new int[trajectories + 1];
        for (int j = 0; j <= trajectories; j++) {
            // uneven trajectories: quadratic ends
            starts[j] = (int) ((long) count * j * j / ((long) trajectories * trajectories));
        }
        return DecisionBatch.of(width, features, latent, advantage, logP, starts);
    }
}
