package io.maskflow.experiments.serving;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.serving.batch.BatchProbe;
import io.maskflow.experiments.serving.batch.Batching;
import io.maskflow.experiments.serving.batch.Metrics;
import io.maskflow.experiments.serving.request.Refusal;
import io.maskflow.experiments.serving.request.ServeSettings;
import io.maskflow.experiments.serving.request.ServedModel;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * A running server. It listens as soon as it is made, and {@link #close()} lets what runs come to its end first.
 */
public final class MaskflowServer implements AutoCloseable {

    private static final int THREADS = 16;
    private static final int CONNECTIONS = 1024;
    private static final int LONGEST_HEADER = 16 * 1024;

    private final Server server;
    private final ServerConnector connector;
    private final Batching batching;
    private final boolean together;

    /**
     * Starts a server.
     *
     * @param model what is served; closed by the caller after the server
     * @param settings where and how much
     * @param open opens a copy of the base model, once per worker; closed with the server
     * @param playground problems and the page, if there are any
     * @throws ConfigurationException if it cannot listen there
     */
    public MaskflowServer(
            ServedModel model, ServeSettings settings, Supplier<MaskPredictor> open, Optional<Playground> playground) {
        try (MaskPredictor tried = open.get()) {
            together = BatchProbe.exact(tried);
        }
        Metrics metrics = new Metrics();
        batching = new Batching(settings, open, together, metrics);
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("http");
        server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(LONGEST_HEADER);
        http.setHeaderCacheCaseSensitive(true); // else a key could be taken for one that differs in case
        connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(settings.host());
        connector.setPort(settings.port());
        connector.setIdleTimeout(settings.maxStalled().toMillis());
        connector.setAcceptQueueSize(CONNECTIONS);
        server.addConnector(connector);
        server.setErrorHandler(new JsonErrors());
        server.setHandler(new GracefulHandler(new Routes(model, settings, batching, metrics, playground)));
        try {
            server.start();
        } catch (Exception refused) { // what Jetty declares
            batching.abort();
            throw new ConfigurationException(
                    "cannot listen at " + settings.host() + ":" + settings.port() + ": "
                            + Optional.ofNullable(refused.getCause())
                                    .orElse(refused)
                                    .getMessage(),
                    refused);
        }
    }

    /** Whether rows of one shape share model calls: the model computes them together as alone, to the bit. */
    public boolean together() {
        return together;
    }

    /** Port that it listens at. */
    public int port() {
        return connector.getLocalPort();
    }

    /** Ends at once when everything is answered. */
    @Override
    public void close() {
        close(Duration.ofSeconds(30));
    }

    /**
     * Takes no new request, lets those that run come to their end, and ends the rest after a while.
     *
     * @param patience how long to wait for them
     */
    public void close(Duration patience) {
        server.setStopTimeout(patience.toMillis());
        try {
            server.stop();
        } catch (TimeoutException late) {
            // what still runs is ended below
        } catch (Exception unexpected) { // what Jetty declares
            throw new IllegalStateException("the server did not stop", unexpected);
        } finally {
            batching.abort();
        }
        try {
            batching.close();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** What goes wrong before a request is one, in the same shape as everything else. */
    private static final class JsonErrors extends ErrorHandler {

        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            byte[] body = body(response.getStatus(), "");
            response.write(true, ByteBuffer.wrap(body), callback);
            return true;
        }

        @Override
        public ByteBuffer badMessageError(int status, String reason, HttpFields.Mutable fields) {
            fields.put(HttpHeader.CONTENT_TYPE, "application/json");
            return ByteBuffer.wrap(body(status, reason));
        }

        private static byte[] body(int status, String reason) {
            String words = HttpStatus.getMessage(status);
            String message = reason == null || reason.isEmpty() ? words : words + ": " + reason;
            Map<String, Object> json =
                    Refusal.of(status, "http_" + status, message).json();
            try {
                return JSON.writeValueAsBytes(json);
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException("an error cannot be written", impossible);
            }
        }
    }
}
