package io.maskflow.reward.sandbox.process;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.StreamType;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * A worker in a container: no network, a read-only root, no capabilities, limits on processes and memory; spoken to over its
 * attached standard streams. When this JVM is killed the worker sees the end of its input and the engine removes the container.
 */
public final class ContainerChannel extends Channel {
    private static final long MEMORY = 768L << 20;
    private static final long REMOVAL_NANOS = 3_000_000_000L;

    private final GenericContainer<?> container;
    private final DockerClient docker;
    private final ResultCallback.Adapter<Frame> attached;
    private final OutputStream out;
    private final PipedOutputStream toWorker = new PipedOutputStream();
    private final PipedInputStream fromWorker = new PipedInputStream(1 << 20);
    private final PipedOutputStream relay;
    private volatile boolean destroyed;

    /**
     * Starts a container from the sandbox image.
     *
     * @throws BrokenException if there is no engine, or the container does not come up
     */
    public ContainerChannel(PythonRuntime python) throws BrokenException {
        try {
            docker = engine();
            String image = ContainerImage.ensure(docker, python);
            List<String> command = python.command();
            List<Bind> binds = ContainerImage.mounts(python);
            container = new GenericContainer<>(DockerImageName.parse(image))
                    .withImagePullPolicy(name -> false)
                    .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
                    .withCommand(command.toArray(String[]::new))
                    .withEnv(ProcessChannel.environment())
                    .withCreateContainerCmdModifier(create -> {
                        HostConfig host = create.getHostConfig();
                        host.withNetworkMode("none")
                                .withReadonlyRootfs(true)
                                .withCapDrop(Capability.ALL)
                                .withSecurityOpts(List.of("no-new-privileges"))
                                .withPidsLimit(64L)
                                .withMemory(MEMORY)
                                .withMemorySwap(MEMORY)
                                .withAutoRemove(true)
                                .withBinds(binds)
                                .withLogConfig(new LogConfig(LogConfig.LoggingType.NONE));
                        create.withUser("65534:65534")
                                .withStdinOpen(true)
                                .withStdInOnce(true)
                                .withWorkingDir("/");
                    });
            PipedInputStream stdin = new PipedInputStream(toWorker, 1 << 20);
            out = new BufferedOutputStream(toWorker, 1 << 16);
            relay = new PipedOutputStream(fromWorker);
            container.start();
            attached = docker.attachContainerCmd(container.getContainerId())
                    .withStdIn(stdin)
                    .withStdOut(true)
                    .withFollowStream(true)
                    .exec(new Relay());
            attached.awaitStarted();
        } catch (IOException | RuntimeException e) {
            throw new BrokenException("container", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokenException("container: interrupted");
        }
    }

    /** May an engine be here? Answers at once, where asking the engine may take long. */
    public static boolean likely() {
        return "true".equals(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))
                && (System.getenv("DOCKER_HOST") != null || Files.isWritable(Path.of("/var/run/docker.sock")));
    }

    /** The engine's client, or one clear line why there is none. */
    static DockerClient engine() throws BrokenException {
        if (!"true".equals(System.getenv("TESTCONTAINERS_RYUK_DISABLED"))) {
            throw new BrokenException("the container level needs TESTCONTAINERS_RYUK_DISABLED=true in the environment"
                    + " (no image may be pulled; containers end with their worker)");
        }
        try {
            return DockerClientFactory.instance().client();
        } catch (RuntimeException e) {
            throw new BrokenException("no container engine answers");
        }
    }

    /** Passes the worker's bytes on; the end of the stream ends a waiting read. */
    private final class Relay extends ResultCallback.Adapter<Frame> {
        @Override
        public void onNext(Frame frame) {
            try {
                if (frame.getStreamType() != StreamType.STDERR) {
                    relay.write(frame.getPayload());
                    relay.flush();
                }
            } catch (IOException e) {
                destroy();
            }
        }

        @Override
        public void onComplete() {
            shut();
            super.onComplete();
        }

        @Override
        public void onError(Throwable e) {
            shut();
            super.onError(e);
        }

        private void shut() {
            try {
                relay.close();
            } catch (IOException e) {
                destroyed = true;
            }
        }
    }

    @Override
    OutputStream out() {
        return out;
    }

    @Override
    InputStream in() {
        return fromWorker;
    }

    @Override
    public long pid() {
        return -1;
    }

    String id() {
        return container.getContainerId();
    }

    @Override
    public void destroy() {
        if (destroyed) {
            return;
        }
        destroyed = true;
        try {
            docker.killContainerCmd(container.getContainerId()).exec();
        } catch (RuntimeException e) {
            // gone already, or the engine is
        }
        try {
            attached.close();
            relay.close();
            toWorker.close();
        } catch (IOException e) {
            // both ends are given up
        }
        awaitRemoval();
    }

    /** A container that is still being removed when the JVM ends makes Testcontainers' own clean-up fail aloud. */
    private void awaitRemoval() {
        long end = System.nanoTime() + REMOVAL_NANOS;
        try {
            while (System.nanoTime() < end) {
                docker.inspectContainerCmd(container.getContainerId()).exec();
                Thread.sleep(20);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // gone, or the engine is
        }
    }

    @Override
    String complaint() {
        return "container " + container.getContainerId();
    }
}
