package io.maskflow.rollout.spark;

import io.maskflow.rollout.BackboneSource;
import io.maskflow.rollout.ClusterSettings;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * The cluster application of this process. There can be one at a time, and it takes many seconds to start: all fleets that
 * are open at the same time share one, such as those of filter, training and closing evaluation of a run.
 */
final class ClusterContext {

    private static JavaSparkContext current;
    private static ClusterSettings currentSettings;
    private static int fleets;

    private ClusterContext() {}

    /** The application for some settings: the one that runs, or a new one. Each opening needs a {@link #close}. */
    static synchronized JavaSparkContext open(BackboneSource source, ClusterSettings settings) {
        if (fleets > 0 && !settings.equals(currentSettings)) {
            throw new IllegalStateException("a process can be on one cluster at a time: " + currentSettings
                    + " is open, was asked for " + settings);
        }
        if (fleets == 0) {
            try {
                current = new JavaSparkContext(conf(source, settings));
            } catch (RuntimeException failed) {
                throw new IllegalStateException(
                        "the cluster " + settings.master() + " (fleet.master) cannot be used: " + failed.getMessage(),
                        failed);
            }
            currentSettings = settings;
        }
        fleets++;
        return current;
    }

    /** Ends the application with its last fleet. */
    static synchronized void close() {
        fleets--;
        if (fleets == 0) {
            current.stop();
        }
    }

    /** What we ask of Spark, where nobody asks otherwise. */
    static SparkConf conf(BackboneSource source, ClusterSettings settings) {
        String threads = Integer.toString(settings.threads());
        SparkConf conf = new SparkConf()
                .setMaster(settings.master())
                .setIfMissing("spark.app.name", "maskflow")
                .setIfMissing("spark.ui.enabled", "false")
                .setIfMissing("spark.executor.cores", threads)
                .setIfMissing("spark.task.cpus", threads)
                .setIfMissing("spark.scheduler.minRegisteredResourcesRatio", "1.0")
                .set("spark.plugins", BackbonePlugin.class.getName())
                .set(BackbonePlugin.SOURCE, BackbonePlugin.encode(source))
                .set(BackbonePlugin.DEVICES, String.join(",", settings.devices()))
                .set("spark.executorEnv.OMP_NUM_THREADS", threads)
                .set("spark.executorEnv.OMP_WAIT_POLICY", "passive");
        if (settings.workers() > 0) {
            conf.setIfMissing("spark.cores.max", Integer.toString(settings.workers() * settings.threads()));
            conf.setIfMissing("spark.executor.instances", Integer.toString(settings.workers()));
        }
        if (settings.gpus()) {
            conf.setIfMissing("spark.executor.resource.gpu.amount", "1");
            conf.setIfMissing("spark.task.resource.gpu.amount", "1");
        }
        for (String name : List.of("DJL_CACHE_DIR", "TESTCONTAINERS_RYUK_DISABLED", "TESTCONTAINERS_HOST_OVERRIDE")) {
            String value = System.getenv(name);
            if (value != null) {
                conf.set("spark.executorEnv." + name, value);
            }
        }
        settings.properties().forEach(conf::set);
        String options = "--add-modules=jdk.incubator.vector -Xss4m -Dfile.encoding=UTF-8 -Dai.djl.offline=true"
                + " -Dai.djl.pytorch.num_threads=" + threads + " -Dai.djl.pytorch.num_interop_threads=1";
        String theirs = conf.get("spark.executor.extraJavaOptions", "");
        return conf.set("spark.executor.extraJavaOptions", (options + " " + theirs).strip());
    }
}
