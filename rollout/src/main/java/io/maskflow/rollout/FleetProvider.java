package io.maskflow.rollout;

import java.util.Optional;
import java.util.ServiceLoader;

/**
 * A fleet on an engine that is not always there: found on the class path by its name, so that nobody carries the libraries
 * of a cluster who does not use one.
 */
public interface FleetProvider {

    /** The name that settings choose it by. */
    String type();

    /**
     * Opens a fleet.
     *
     * @param backbones opens base models on the workers
     * @param settings where the cluster is, and what a task gets
     * @return the fleet; the caller closes it
     * @throws IllegalStateException if the cluster cannot be reached
     */
    Fleet open(BackboneSource backbones, ClusterSettings settings);

    /**
     * Finds a provider.
     *
     * @param type its name
     */
    static Optional<FleetProvider> named(String type) {
        return ServiceLoader.load(FleetProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.type().equals(type))
                .findFirst();
    }
}
