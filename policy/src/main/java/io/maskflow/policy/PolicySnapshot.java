package io.maskflow.policy;

/**
 * A policy as handed to workers: fixed weights and a number that says which.
 *
 * @param version updates made before it was taken, at least 0
 * @param network weights rounded to float32, so that a snapshot equals the file written from it
 */
public record PolicySnapshot(long version, PolicyNetwork network) {

    /** Rounds the weights. */
    public PolicySnapshot {
        if (version < 0) {
            throw new IllegalArgumentException("a policy version is at least 0, was " + version);
        }
        network = network.rounded();
    }
}
