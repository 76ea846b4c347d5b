package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.distribution.StepDistribution;

/** A sampled policy whose latents are not drawn but given: {@code y_draws[step][position]}. */
final class GivenLatents implements StepSizePolicy {

    private final PolicyNetwork network;
    private final JsonNode draws;

    GivenLatents(PolicyNetwork network, JsonNode draws) {
        this.network = network;
        this.draws = draws;
    }

    @Override
    public Fractions choose(RowState row) {
        float[] features = network.shape().state().of(row);
        int length = row.length();
        double[] mu = new double[length];
        double[] kappa = new double[length];
        network.heads(features, length, mu, kappa);
        float[] a = new float[length];
        float[] latent = new float[length];
        float[] logProbability = new float[length];
        for (int i = 0; i < length; i++) {
            double y = draws.get(row.step()).get(row.from() + i).doubleValue();
            latent[i] = (float) y;
            a[i] = (float) network.shape().action().of(y);
            logProbability[i] = (float) new StepDistribution(mu[i], kappa[i]).logDensity(y);
        }
        return new Fractions(a, features, latent, logProbability);
    }
}
