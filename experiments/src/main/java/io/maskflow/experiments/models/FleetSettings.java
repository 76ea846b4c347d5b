package io.maskflow.experiments.models;

import ai.djl.engine.Engine;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.rollout.BackboneSource;
import io.maskflow.rollout.ClusterSettings;
import io.maskflow.rollout.Fleet;
import io.maskflow.rollout.FleetProvider;
import io.maskflow.rollout.InProcessFleet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Who runs rollouts.
 *
 * @param type {@code in-process}: worker threads of this JVM; {@code spark}: tasks of an Apache Spark cluster
 * @param workers tasks at a time, each with its own copy of the backbone; 0 for one per GPU, one per core where the device
 *     is the CPU, or all that the cluster gives
 * @param threads engine threads of each worker; with {@code spark} also the cores of a task
 * @param chunk samples of a group that are decoded together in training, 0 for all; halved when memory runs out
 * @param shape what one task of a training step is: {@code group}, a prompt with all its samples, up to as many workers as
 *     prompts; {@code sample}, one sample, for more workers than that
 * @param devices {@code auto} (every GPU that the engine sees, else the CPU), {@code cpu}, or GPUs such as {@code [gpu:0,
 *     gpu:1]}; workers take them in turn. With {@code spark}, {@code gpu} asks the cluster for one GPU per task
 * @param master with {@code spark}: the cluster, such as {@code spark://host:7077}, or {@code local-cluster[2,1,1024]}
 * @param spark with {@code spark}: properties that are passed on, {@code spark.executor.memory: 4g} and the like
 */
public record FleetSettings(
        String type,
        int workers,
        int threads,
        int chunk,
        Shape shape,
        List<String> devices,
        String master,
        Map<String, String> spark) {

    private static final String IN_PROCESS = "in-process";

    /** What one task of a training step is. */
    public enum Shape {
        /** One prompt with its samples. */
        GROUP,
        /** One sample. */
        SAMPLE
    }

    /** Checks type, counts and names of devices. */
    public FleetSettings {
        Objects.requireNonNull(shape, "fleet.shape");
        devices = List.copyOf(devices);
        spark = Map.copyOf(spark);
        if (!type.equals(IN_PROCESS) && !type.equals("spark")) {
            throw new IllegalArgumentException("fleet.type must be in-process or spark, was \"" + type + "\"");
        }
        if (workers < 0) {
            throw new IllegalArgumentException("fleet.workers must be at least 0, was " + workers);
        }
        if (chunk < 0) {
            throw new IllegalArgumentException("fleet.chunk must be at least 0, was " + chunk);
        }
        if (threads < 1) {
            throw new IllegalArgumentException("fleet.threads must be at least 1, was " + threads);
        }
        boolean named = !devices.isEmpty() && devices.stream().allMatch(device -> device.matches("cpu|gpu(:\\d+)?"));
        if (!named && !devices.equals(List.of("auto"))) {
            throw new IllegalArgumentException(
                    "fleet.devices must be auto or a list of cpu, gpu, gpu:0, gpu:1 ..., was " + devices);
        }
    }

    /** One worker per device or core, one engine thread each. */
    public static FleetSettings defaults() {
        return new FleetSettings(IN_PROCESS, 0, 1, 0, Shape.GROUP, List.of("auto"), "", Map.of());
    }

    /** Whether tasks leave this JVM. */
    public boolean cluster() {
        return !type.equals(IN_PROCESS);
    }

    /**
     * Opens the workers of one base model.
     *
     * @param backbones opens the model
     * @return the fleet; the caller closes it
     * @throws ConfigurationException if the engine of this type is not there
     */
    Fleet open(BackboneSource backbones) {
        if (type.equals(IN_PROCESS)) {
            return InProcessFleet.on(workerDevices(), backbones);
        }
        FleetProvider provider = FleetProvider.named(type)
                .orElseThrow(() -> new ConfigurationException("fleet.type spark needs Spark's libraries: start the"
                        + " command with ./maskflow and --set fleet.type=spark, or with MASKFLOW_SPARK=1 in the"
                        + " environment, which fetches them once (docs/CLUSTER.md)"));
        ClusterSettings cluster = new ClusterSettings(master, workers, threads, devices, spark);
        return provider.open(backbones, cluster);
    }

    /** The device of each worker of this JVM. */
    List<String> workerDevices() {
        List<String> among = devices.equals(List.of("auto")) ? found() : devices;
        boolean cpu = among.stream().allMatch("cpu"::equals);
        int count = workers > 0 ? workers : cpu ? Runtime.getRuntime().availableProcessors() : among.size();
        List<String> each = new ArrayList<>();
        for (int worker = 0; worker < count; worker++) {
            each.add(among.get(worker % among.size()));
        }
        return each;
    }

    /** Where it is computed, in words for a manifest. */
    public String place() {
        return cluster()
                ? type + " " + master + " " + String.join(",", devices)
                : String.join(",", workerDevices().stream().distinct().toList());
    }

    private static List<String> found() {
        List<String> gpus = new ArrayList<>();
        int count = Engine.getEngine("PyTorch").getGpuCount();
        for (int gpu = 0; gpu < count; gpu++) {
            gpus.add("gpu:" + gpu);
        }
        return gpus.isEmpty() ? List.of("cpu") : gpus;
    }
}
