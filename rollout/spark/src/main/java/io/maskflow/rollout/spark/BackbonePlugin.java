package io.maskflow.rollout.spark;

import io.maskflow.rollout.BackboneSource;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.ObjectStreamClass;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads the base model when an executor starts. An executor gets no task before that: one that replaces a lost executor
 * would otherwise take a task at once, and the whole step would wait for its load.
 */
public final class BackbonePlugin implements SparkPlugin {

    static final String SOURCE = "spark.maskflow.backbone";
    static final String DEVICES = "spark.maskflow.devices";

    private static final Logger LOG = LoggerFactory.getLogger(BackbonePlugin.class);

    @Override
    public DriverPlugin driverPlugin() {
        return null; // Spark's way to say that there is none
    }

    @Override
    public ExecutorPlugin executorPlugin() {
        return new Loading();
    }

    private static final class Loading implements ExecutorPlugin {
        @Override
        public void init(PluginContext context, Map<String, String> extraConf) {
            long started = System.nanoTime();
            try {
                BackboneSource source = decode(context.conf().get(SOURCE));
                List<String> devices = List.of(context.conf().get(DEVICES).split(","));
                String device = WorkerBackbones.device(devices, context.resources());
                WorkerBackbones.with(source, device, backbone -> backbone.info().name());
                LOG.info("base model loaded on {} in {} s", device, (System.nanoTime() - started) / 1_000_000_000L);
            } catch (RuntimeException failed) {
                LOG.warn(
                        "the base model cannot be loaded ({}); the first task tries again and reports it",
                        failed.getMessage());
            }
        }
    }

    /** A source as a property. */
    static String encode(BackboneSource source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(source);
        } catch (IOException e) {
            throw new UncheckedIOException("a source of base models cannot be sent to workers: " + e.getMessage(), e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    static BackboneSource decode(String property) {
        byte[] bytes = Base64.getDecoder().decode(property);
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes)) {
            @Override
            protected Class<?> resolveClass(ObjectStreamClass type) throws IOException, ClassNotFoundException {
                return Class.forName(type.getName(), false, loader);
            }
        }) {
            return (BackboneSource) in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new IllegalStateException("the base model that " + SOURCE + " names cannot be read: " + e, e);
        }
    }
}
