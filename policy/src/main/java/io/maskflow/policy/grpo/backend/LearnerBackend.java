package io.maskflow.policy.grpo.backend;

import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.kernel.DenseKernel;

/**
 * Carries derivatives through the policy network. All backends compute in double; they differ in arithmetic only.
 *
 * <p>Stateless; may be shared between threads.
 */
public interface LearnerBackend {

    /** A name for reports. */
    String name();

    /**
     * Gradient with respect to all parameters of a sum over states.
     *
     * @param policy network at the current parameters
     * @param states {@code [D, F]} policy states
     * @param objective gives the derivatives with respect to mean and concentration; called with ascending, disjoint
     *     ranges that cover {@code [0, D)}
     * @return {@code [P]} in the order of the parameters
     */
    double[] gradient(PolicyNetwork policy, double[] states, HeadObjective objective);

    /** The arithmetic of what is done outside the network. */
    default DenseKernel kernel() {
        return DenseKernel.fastest();
    }

    /** The derivatives of a scalar with respect to the heads. */
    @FunctionalInterface
    interface HeadObjective {
        /**
         * @param first first state of the range
         * @param count states of the range
         * @param mu {@code [count]} means
         * @param kappa {@code [count]} concentrations
         * @param dMu {@code [count]} to be written
         * @param dKappa {@code [count]} to be written
         */
        void derivatives(int first, int count, double[] mu, double[] kappa, double[] dMu, double[] dKappa);
    }

    /** The backend of a choice. */
    static LearnerBackend of(Choice choice) {
        return switch (choice) {
            case FASTEST -> new JavaBackend(DenseKernel.fastest());
            case SCALAR -> new JavaBackend(DenseKernel.scalar());
            case ND4J -> new NdBackend();
        };
    }

    /** Which arithmetic computes gradients. */
    enum Choice {
        /** Vector API where the JVM has it, plain loops otherwise. */
        FASTEST,
        /** Plain loops. */
        SCALAR,
        /** ND4J. */
        ND4J
    }
}
