package io.maskflow.rollout;

import java.util.List;
import java.util.Map;

/**
 * What a cluster engine is told.
 *
 * @param master where the cluster is, in the engine's own words, such as {@code spark://host:7077}
 * @param workers executors wanted, 0 for as many as the cluster gives
 * @param threads cores and engine threads of each task, at least 1
 * @param devices {@code auto}, {@code cpu}, or {@code gpu} (or {@code gpu:N}) where each task has a GPU of its own
 * @param properties the engine's own properties, passed on as they are; they win over everything else
 */
public record ClusterSettings(
        String master, int workers, int threads, List<String> devices, Map<String, String> properties) {

    /** Copies the collections. */
    public ClusterSettings {
        devices = List.copyOf(devices);
        properties = Map.copyOf(properties);
        if (master.isBlank()) {
            throw new IllegalArgumentException(
                    "fleet.master must name the cluster, such as spark://host:7077 or local-cluster[2,1,1024], was empty");
        }
    }

    /** Whether every task is to have a GPU. */
    public boolean gpus() {
        return devices.stream().anyMatch(device -> device.startsWith("gpu"));
    }
}
