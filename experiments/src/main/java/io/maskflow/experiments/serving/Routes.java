package io.maskflow.experiments.serving;

import io.maskflow.experiments.serving.batch.Batching;
import io.maskflow.experiments.serving.batch.Job;
import io.maskflow.experiments.serving.batch.Metrics;
import io.maskflow.experiments.serving.request.Completion;
import io.maskflow.experiments.serving.request.Refusal;
import io.maskflow.experiments.serving.request.RequestReader;
import io.maskflow.experiments.serving.request.ServeSettings;
import io.maskflow.experiments.serving.request.ServedModel;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which path does what. */
final class Routes extends Handler.Abstract.NonBlocking {

    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);
    private static final String BEARER = "Bearer ";
    /** A body up to this is read and thrown away where it is refused unread. */
    private static final long MOST_THROWN_AWAY = 1 << 20;

    private final ServedModel model;
    private final ServeSettings settings;
    private final RequestReader reader;
    private final Batching batching;
    private final Metrics metrics;
    private final Optional<Playground> playground;
    private final long started = System.currentTimeMillis() / 1000;

    Routes(
            ServedModel model,
            ServeSettings settings,
            Batching batching,
            Metrics metrics,
            Optional<Playground> playground) {
        this.model = model;
        this.settings = settings;
        this.reader = new RequestReader(model, settings);
        this.batching = batching;
        this.metrics = metrics;
        this.playground = playground;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Outgoing out = new Outgoing(
                response, request.getConnectionMetaData().getConnection().getEndPoint(), callback);
        String path = Request.getPathInContext(request);
        String counted = known(path) ? path : "other";
        Request.addCompletionListener(
                request,
                failure -> metrics.answered(
                        counted, response.getStatus(), System.nanoTime() - request.getBeginNanoTime()));
        request.addIdleTimeoutListener(idle -> false); // while a model works, nothing moves on the line
        request.addFailureListener(out::broken);
        try {
            route(path, request, out);
        } catch (Refusal refused) {
            refuseUnread(request, out, refused);
        } catch (RuntimeException failure) {
            fault(out, failure);
        }
        return true;
    }

    /**
     * A refusal made before the body was read. The body is read and thrown away first, where that is soon done: a client that still
     * writes when the line is closed may never see the answer.
     */
    private void refuseUnread(Request request, Outgoing out, Refusal why) {
        if (request.getLength() > Math.max(settings.maxBody(), MOST_THROWN_AWAY)
                || request.getHeaders().contains(HttpHeader.EXPECT)) {
            out.refuse(why);
            return;
        }
        Scheduler.Task deadline = bodyDeadline(request);
        Content.Source.consumeAll(request, Callback.from(() -> {
            deadline.cancel();
            out.refuse(why);
        }));
    }

    private static boolean known(String path) {
        return path.equals("/") || path.equals("/health") || path.equals("/metrics") || path.startsWith("/v1/");
    }

    private void route(String path, Request request, Outgoing out) {
        switch (path) {
            case "/health" -> get(request, () -> out.json(200, health()));
            case "/" -> get(request, () -> out.whole(200, "text/html; charset=utf-8", page()));
            case "/favicon.ico" -> get(request, () -> out.whole(200, "image/x-icon", new byte[0]));
            case "/metrics" -> {
                requireKey(request);
                get(
                        request,
                        () -> out.whole(
                                200,
                                "text/plain; version=0.0.4; charset=utf-8",
                                metrics.text(batching.running(), batching.waiting())
                                        .getBytes(StandardCharsets.UTF_8)));
            }
            case "/v1/models" -> {
                requireKey(request);
                get(request, () -> out.json(200, models()));
            }
            case "/v1/completions" -> post(request, out, body -> answer(body, false, out));
            case "/v1/chat/completions" -> post(request, out, body -> answer(body, true, out));
            case "/v1/maskflow/problems" -> {
                requireKey(request);
                get(request, () -> out.json(200, Map.of("problems", game().problems())));
            }
            case "/v1/maskflow/verdict" ->
                post(request, out, body -> game().verdict(body, verdict -> out.json(200, verdict), out::refuse));
            default -> {
                if (path.startsWith("/v1/models/")) {
                    requireKey(request);
                    String name = model.decoders().name(path.substring("/v1/models/".length()));
                    get(request, () -> out.json(200, modelJson(name)));
                } else {
                    throw Refusal.of(
                            404,
                            "not_found",
                            "there is nothing at this path; known are / /health /metrics /v1/models"
                                    + " /v1/completions /v1/chat/completions");
                }
            }
        }
    }

    private static void get(Request request, Runnable answer) {
        if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
            throw Refusal.of(405, "method_not_allowed", "this path takes GET");
        }
        answer.run();
    }

    private void post(Request request, Outgoing out, Consumer<byte[]> answer) {
        if (!request.getMethod().equals("POST")) {
            throw Refusal.of(405, "method_not_allowed", "this path takes POST");
        }
        requireKey(request);
        String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith("application/json")) {
            throw Refusal.of(415, "unsupported_media_type", "the Content-Type must be application/json");
        }
        if (request.getLength() > settings.maxBody()) {
            throw tooLong();
        }
        body(request, (bytes, failure) -> {
            try {
                if (failure != null) {
                    throw broken(failure);
                }
                out.working();
                answer.accept(bytes);
            } catch (Refusal refused) {
                out.refuse(refused);
            } catch (RuntimeException fault) {
                fault(out, fault);
            }
        });
    }

    /** The body when it is whole; no thread waits for it. */
    private void body(Request request, BiConsumer<byte[], Throwable> then) {
        Scheduler.Task deadline = bodyDeadline(request);
        CompletableFuture<byte[]> whole = Content.Source.asByteArrayAsync(request, settings.maxBody());
        whole.whenComplete((bytes, failure) -> {
            deadline.cancel();
            then.accept(bytes, failure);
        });
    }

    private Scheduler.Task bodyDeadline(Request request) {
        return request.getComponents()
                .getScheduler()
                .schedule(
                        () -> request.fail(new TimeoutException()),
                        settings.bodyTime().toMillis(),
                        TimeUnit.MILLISECONDS);
    }

    private Refusal broken(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        if (cause instanceof TimeoutException) {
            return Refusal.of(
                    408,
                    "request_timeout",
                    "the body did not arrive within " + settings.bodyTime().toSeconds() + " s");
        }
        if (cause instanceof IllegalStateException) {
            return tooLong();
        }
        return Refusal.body("the body did not arrive whole");
    }

    private Refusal tooLong() {
        return Refusal.of(413, "body_too_large", "a body must have at most " + settings.maxBody() + " bytes");
    }

    private static void fault(Outgoing out, RuntimeException fault) {
        LOG.error("a request failed", fault);
        out.refuse(Refusal.of(500, "internal_error", "the server failed; its log says why"));
    }

    /** Compared in a time that does not depend on where the two differ. */
    private void requireKey(Request request) {
        if (settings.apiKey().isEmpty()) {
            return;
        }
        String given = request.getHeaders().get(HttpHeader.AUTHORIZATION);
        String key = given != null && given.startsWith(BEARER) ? given.substring(BEARER.length()) : "";
        boolean equal = MessageDigest.isEqual(
                key.getBytes(StandardCharsets.UTF_8), settings.apiKey().get().getBytes(StandardCharsets.UTF_8));
        if (!equal) {
            throw Refusal.of(
                    401, "invalid_api_key", "the header Authorization must be \"Bearer\" and the server's API key");
        }
    }

    private void answer(byte[] body, boolean chat, Outgoing out) {
        Completion asked = reader.read(body, chat);
        Answering answering = new Answering(asked, model, out, metrics);
        List<Job> jobs = answering.jobs();
        batching.submit(jobs, asked.stream() ? out::begin : () -> {});
    }

    private Map<String, Object> health() {
        Map<String, Object> health = new LinkedHashMap<>();
        health.put("status", "ok");
        health.put("running", batching.running());
        health.put("waiting", batching.waiting());
        return health;
    }

    private Map<String, Object> models() {
        List<Object> list = new ArrayList<>();
        model.decoders().names().forEach(name -> list.add(modelJson(name)));
        Map<String, Object> models = new LinkedHashMap<>();
        models.put("object", "list");
        models.put("data", list);
        return models;
    }

    private Map<String, Object> modelJson(String name) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("id", name);
        one.put("object", "model");
        one.put("created", started);
        one.put("owned_by", "maskflow");
        one.put("backbone", model.decoders().backbone());
        one.put("max_model_len", model.info().maxLength());
        return one;
    }

    private Playground game() {
        return playground.orElseThrow(() -> Refusal.of(404, "not_found", "this server has no problems"));
    }

    private byte[] page() {
        return playground
                .orElseThrow(() -> Refusal.of(404, "not_found", "this server has no page"))
                .page();
    }
}
