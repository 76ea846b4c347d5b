package io.maskflow.rollout.spark;

import ai.djl.engine.Engine;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.rollout.BackboneSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.spark.resource.ResourceInformation;

/**
 * The base models of one executor: as many as tasks run in it at a time, which is one by default. A model stays open from
 * task to task and from step to step; one that is no longer asked for makes room for the next on its device.
 */
final class WorkerBackbones {

    private static final Deque<Opened> IDLE = new ArrayDeque<>();

    private WorkerBackbones() {}

    private record Opened(BackboneSource source, String device, MaskPredictor backbone) {}

    /** Uses a model that nobody else uses meanwhile; opens it if there is none. */
    static <R> R with(BackboneSource source, String device, Function<MaskPredictor, R> work) {
        Opened opened = take(source, device);
        try {
            return work.apply(opened.backbone());
        } finally {
            synchronized (IDLE) {
                IDLE.addFirst(opened);
            }
        }
    }

    private static Opened take(BackboneSource source, String device) {
        synchronized (IDLE) {
            for (Iterator<Opened> idle = IDLE.iterator(); idle.hasNext(); ) {
                Opened one = idle.next();
                boolean wanted = one.source().equals(source);
                if (one.device().equals(device)) {
                    idle.remove();
                    if (wanted) {
                        return one;
                    }
                    one.backbone().close();
                }
            }
        }
        return new Opened(source, device, source.open(device));
    }

    /**
     * The device of a task: what the cluster has assigned, unless the settings want the CPU.
     *
     * @param devices the setting {@code fleet.devices}
     * @param resources what the cluster has assigned to the executor or task
     */
    static String device(List<String> devices, Map<String, ResourceInformation> resources) {
        ResourceInformation gpu = resources.get("gpu");
        if (devices.equals(List.of("auto"))) {
            boolean usable = gpu != null && Engine.getEngine("PyTorch").getGpuCount() > 0;
            return usable ? "gpu:" + gpu.addresses()[0] : "cpu";
        }
        if (devices.stream().allMatch("cpu"::equals)) {
            return "cpu";
        }
        return gpu != null ? "gpu:" + gpu.addresses()[0] : devices.get(0);
    }
}
