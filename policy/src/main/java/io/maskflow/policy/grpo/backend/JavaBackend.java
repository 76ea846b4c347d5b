package io.maskflow.policy.grpo.backend;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.kernel.DenseKernel;
import io.maskflow.policy.kernel.SiluNetwork;

/** Hand-derived gradients in plain Java: tiles of rows through a {@link SiluNetwork}, on either kernel. */
final class JavaBackend implements LearnerBackend {

    private final DenseKernel kernel;

    JavaBackend(DenseKernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String name() {
        return kernel.name();
    }

    @Override
    public DenseKernel kernel() {
        return kernel;
    }

    @Override
    public double[] gradient(PolicyNetwork policy, double[] states, HeadObjective objective) {
        PolicyShape shape = policy.shape();
        SiluNetwork network = new SiluNetwork(shape.state().size(), shape.hidden(), policy.parameters(), kernel);
        SiluNetwork.Tile tile = network.new Tile();
        SiluNetwork.Gradient gradient = network.new Gradient();
        double[] mu = new double[SiluNetwork.TILE];
        double[] kappa = new double[SiluNetwork.TILE];
        double[] dMu = new double[SiluNetwork.TILE];
        double[] dKappa = new double[SiluNetwork.TILE];
        int rows = states.length / shape.state().size();
        for (int first = 0; first < rows; first += SiluNetwork.TILE) {
            int count = Math.min(SiluNetwork.TILE, rows - first);
            tile.forward(states, first, count);
            for (int r = 0; r < count; r++) {
                mu[r] = shape.mu(tile.muLogit[r]);
                kappa[r] = shape.kappa(tile.kappaLogit[r]);
            }
            objective.derivatives(first, count, mu, kappa, dMu, dKappa);
            for (int r = 0; r < count; r++) {
                dMu[r] *= shape.muSlope(mu[r]);
                dKappa[r] *= shape.kappaSlope(kappa[r]);
            }
            tile.backward(count, dMu, dKappa, gradient);
        }
        return gradient.flat();
    }
}
