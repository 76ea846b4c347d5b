package io.maskflow.experiments.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.serving.request.ServeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What clients rely on. A bigger load: {@code -Dmaskflow.requests=2000 -Dmaskflow.clients=64}. */
class ServeTest {

    private static final int REQUESTS = Integer.getInteger("maskflow.requests", 60);
    private static final int CLIENTS = Integer.getInteger("maskflow.clients", 12);

    private static Served served;

    @BeforeAll
    static void start() {
        served = new Served(Served.settings());
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static byte[] json(Map<String, ?> body) throws IOException {
        return Served.JSON.writeValueAsBytes(body);
    }

    // --- texts
    // --------------------------------------------------------------------------------------------------------

    /** Many clients, five decoders, prompts of all lengths: each text is the one that the decoder gives alone, to the byte. */
    @Test
    void aTextDoesNotDependOnTheLoad() throws Exception {
        List<String> decoders = List.of("flow", "mask-prediction", "dream", "remdm", "blocks");
        Map<String, String> expected = new HashMap<>();
        for (int number = 0; number < 8; number++) {
            for (String decoder : decoders) {
                expected.put(decoder + number, served.alone(decoder, served.prompt(number), 24, 6, number));
            }
        }
        assertThat(served.server.together())
                .as("this machine computes rows together as alone")
                .isTrue();
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Callable<Boolean>> asks = new ArrayList<>();
            for (int r = 0; r < REQUESTS; r++) {
                int number = r % 8;
                String decoder = decoders.get(r / 8 % decoders.size());
                asks.add(() -> {
                    JsonNode answer = served.ask(
                            "/v1/completions",
                            Map.of(
                                    "model",
                                    decoder,
                                    "prompt",
                                    served.prompt(number),
                                    "seed",
                                    number,
                                    "max_tokens",
                                    24));
                    assertThat(answer.at("/choices/0/text").asText()).isEqualTo(expected.get(decoder + number));
                    return true;
                });
            }
            for (Future<Boolean> done : clients.invokeAll(asks)) {
                assertThat(done.get()).isTrue();
            }
        } finally {
            clients.shutdown();
        }
        // an answer leaves a moment before its seat is counted as free
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (served.health().path("running").asInt() > 0 && System.nanoTime() < deadline) {
            Thread.sleep(20);
        }
        assertThat(served.health().path("running").asInt()).isZero();
    }

    @Test
    void severalPromptsAndSamplesAreChoicesInOrder() throws Exception {
        List<String> prompts = List.of(served.prompt(0), served.prompt(1));
        JsonNode answer = served.ask("/v1/completions", Map.of("model", "dream", "prompt", prompts, "n", 2, "seed", 5));
        assertThat(answer.path("choices")).hasSize(4);
        assertThat(answer.at("/choices/0/text").asText()).isEqualTo(served.alone("dream", prompts.get(0), 24, 6, 5));
        assertThat(answer.at("/choices/2/text").asText()).isEqualTo(served.alone("dream", prompts.get(1), 24, 6, 5));
        assertThat(answer.at("/choices/1/text").asText())
                .isNotEqualTo(answer.at("/choices/0/text").asText());
        JsonNode usage = answer.path("usage");
        int promptTokens =
                served.tokenizer.encode(prompts.get(0)).length + served.tokenizer.encode(prompts.get(1)).length;
        assertThat(usage.path("prompt_tokens").asInt()).isEqualTo(promptTokens);
        assertThat(usage.path("nfe").asInt())
                .isEqualTo(answer.findValues("nfe").stream()
                        .limit(4)
                        .mapToInt(JsonNode::asInt)
                        .sum());
    }

    @Test
    void tokenIdsChatBudgetAndEchoAreUnderstood() throws Exception {
        String prompt = served.prompt(2);
        String expected = served.alone("flow", prompt, 24, 12, 0);
        Map<String, Object> body = new HashMap<>(Map.of("prompt", served.tokenizer.encode(prompt), "budget", "1/2"));
        assertThat(served.ask("/v1/completions", body).at("/choices/0/text").asText())
                .isEqualTo(expected);
        body.put("prompt", prompt);
        body.put("echo", true);
        assertThat(served.ask("/v1/completions", body).at("/choices/0/text").asText())
                .isEqualTo(prompt + expected);
        JsonNode chat = served.ask(
                "/v1/chat/completions",
                Map.of("messages", List.of(Map.of("role", "user", "content", prompt)), "budget", "1/2"));
        assertThat(chat.at("/choices/0/message/content").asText()).isEqualTo(expected);
        assertThat(chat.path("object").asText()).isEqualTo("chat.completion");
    }

    @Test
    void aStopTextEndsAnAnswerBeforeItself() throws Exception {
        String whole = served.alone("flow", served.prompt(0), 24, 6, 0);
        String stop = whole.substring(6, 9);
        JsonNode answer = served.ask("/v1/completions", Map.of("prompt", served.prompt(0), "stop", stop));
        assertThat(answer.at("/choices/0/text").asText()).isEqualTo(whole.substring(0, whole.indexOf(stop)));
        assertThat(answer.at("/choices/0/finish_reason").asText()).isEqualTo("stop");
    }

    /** Pieces are only ever added: put together they are the text, and more than one came. */
    @Test
    void aStreamGivesTheSameTextFromTheLeft() throws Exception {
        int pieces = 0;
        for (String decoder : List.of("flow", "mask-prediction", "dream", "remdm", "blocks")) {
            for (int number = 0; number < 4; number++) {
                HttpResponse<String> answer = served.post(
                        "/v1/completions",
                        json(Map.of(
                                "model",
                                decoder,
                                "prompt",
                                served.prompt(number),
                                "stream",
                                true,
                                "stop",
                                List.of("]"),
                                "stream_options",
                                Map.of("include_usage", true))));
                StringBuilder text = new StringBuilder();
                List<String> events = answer.body()
                        .lines()
                        .filter(line -> line.startsWith("data: "))
                        .toList();
                assertThat(events.get(events.size() - 1)).isEqualTo("data: [DONE]");
                for (String event : events.subList(0, events.size() - 1)) {
                    JsonNode chunk = Served.JSON.readTree(event.substring("data: ".length()));
                    String piece = chunk.at("/choices/0/text").asText();
                    pieces += piece.isEmpty() ? 0 : 1;
                    text.append(piece);
                }
                String whole = served.alone(decoder, served.prompt(number), 24, 6, 0);
                assertThat(text.toString())
                        .isEqualTo(whole.contains("]") ? whole.substring(0, whole.indexOf(']')) : whole);
                assertThat(Served.JSON
                                .readTree(events.get(events.size() - 2).substring(6))
                                .at("/usage/nfe")
                                .asInt())
                        .isPositive();
            }
        }
        assertThat(pieces).isGreaterThan(30);
    }

    @Test
    void aTracedStreamTellsEveryStep() throws Exception {
        HttpResponse<String> answer =
                served.post("/v1/completions", json(Map.of("prompt", served.prompt(0), "stream", true, "trace", true)));
        List<JsonNode> steps = new ArrayList<>();
        for (String event : answer.body()
                .lines()
                .filter(line -> line.contains("maskflow.step"))
                .toList()) {
            steps.add(Served.JSON.readTree(event.substring(6)));
        }
        assertThat(steps).hasSize(6);
        assertThat(steps.get(5).at("/step/tokens")).hasSize(24);
    }

    @Test
    void verdictsOfTheBuiltInProblems() throws Exception {
        JsonNode problems =
                Served.JSON.readTree(served.get("/v1/maskflow/problems").body()).path("problems");
        assertThat(problems).hasSize(20);
        JsonNode verdict = served.ask(
                "/v1/maskflow/verdict", Map.of("problem", problems.at("/0/id").asText(), "answer", "x = ("));
        assertThat(verdict.path("verdict").asText()).isIn("error", "no_verdict");
    }

    // --- clients that misbehave
    // ---------------------------------------------------------------------------------------

    @Test
    void twoHundredBadRequestsEachGetOneClearSentence() throws Exception {
        List<BadRequests.Bad> all = BadRequests.all(64 * 1024);
        assertThat(all).hasSizeGreaterThanOrEqualTo(200);
        for (BadRequests.Bad bad : all) {
            HttpResponse<String> answer = served.post(bad.path(), bad.body());
            assertThat(answer.statusCode()).as(bad.name()).isBetween(400, 499);
            JsonNode error = Served.JSON.readTree(answer.body()).path("error");
            assertThat(error.path("message").asText())
                    .as(bad.name())
                    .isNotBlank()
                    .doesNotContain("\n")
                    .hasSizeLessThan(600);
            assertThat(answer.body())
                    .as(bad.name())
                    .doesNotContain("Exception")
                    .doesNotContain("java.")
                    .doesNotContain("\tat ");
            assertThat(error.path("type").asText()).isEqualTo("invalid_request_error");
        }
        assertThat(served.health().path("status").asText()).isEqualTo("ok");
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket("127.0.0.1", served.server.port());
        socket.setSoTimeout(120_000);
        return socket;
    }

    private static String raw(byte[]... parts) throws Exception {
        try (Socket socket = connect()) {
            for (byte[] part : parts) {
                socket.getOutputStream().write(part);
                socket.getOutputStream().flush();
                Thread.sleep(50);
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] head(String path, int length) {
        return ("POST " + path
                        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
                        + "Content-Length: " + length + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void aBodyThatDoesNotComeIsATimeout() throws Exception {
        assertThat(raw(head("/v1/completions", 100), "{\"prompt\"".getBytes(StandardCharsets.US_ASCII)))
                .startsWith("HTTP/1.1 408")
                .contains("did not arrive within 2 s");
    }

    @Test
    void requestsThatAreNoneAreRefused() throws Exception {
        assertThat(raw("nonsense\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .startsWith("HTTP/1.1 400")
                .contains("\"error\"");
        assertThat(raw(("GET /" + "x".repeat(40_000) + " HTTP/1.1\r\nHost: a\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII)))
                .startsWith("HTTP/1.1 4");
        assertThat(raw(head("/v1/completions", 1 << 30)))
                .startsWith("HTTP/1.1 413")
                .contains("at most 65536 bytes");
        assertThat(raw("DELETE /v1/completions HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII)))
                .startsWith("HTTP/1.1 405");
    }

    /** Clients that leave in the midst of a body or of a stream leave nothing behind. */
    @Test
    void cutConnectionsCostNothing() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (Socket socket = connect()) {
                socket.getOutputStream().write(head("/v1/completions", 500));
                socket.getOutputStream().write("{\"pro".getBytes(StandardCharsets.US_ASCII));
            }
            byte[] body = json(Map.of("prompt", served.prompt(i), "stream", true, "max_tokens", 96, "budget", "1/1"));
            try (Socket socket = connect()) {
                socket.getOutputStream().write(head("/v1/completions", body.length));
                socket.getOutputStream().write(body);
                InputStream in = socket.getInputStream();
                assertThat(in.read()).isEqualTo('H');
                socket.setSoLinger(true, 0);
            }
        }
        for (int i = 0; i < 300 && served.health().path("running").asInt() > 0; i++) {
            Thread.sleep(100);
        }
        assertThat(served.health().path("running").asInt()).isZero();
        assertThat(served.health().path("waiting").asInt()).isZero();
    }

    /** The line is idle while the model works: however the check of idle lines falls, the answer comes. */
    @Test
    void anAnswerThatTakesLongerThanALineMayBeIdleIsNotLost() throws Exception {
        ServeSettings plain = Served.settings();
        ServeSettings hasty = new ServeSettings(
                "127.0.0.1",
                0,
                Optional.empty(),
                1,
                4,
                100,
                plain.maxBody(),
                plain.bodyTime(),
                Duration.ofMillis(20),
                24,
                32,
                new DecodingBudget(1, 4));
        byte[] body = json(Map.of("prompt", "x", "max_tokens", 24, "budget", "1/2"));
        try (Served impatient = new Served(hasty)) {
            int lost = 0;
            int warm = 20; // until the classes are loaded a line may be idle before its request is read
            for (int i = 0; i < warm + 150; i++) {
                try (Socket socket = new Socket("127.0.0.1", impatient.server.port())) {
                    socket.getOutputStream().write(head("/v1/completions", body.length));
                    socket.getOutputStream().write(body);
                    String start = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
                    if (i >= warm && !start.equals("HTTP/1.1 200")) {
                        lost++;
                    }
                }
            }
            assertThat(lost).isZero();
        }
    }

    // --- keys, limits, stopping
    // ---------------------------------------------------------------------------------------

    @Test
    void withAKeyNothingIsAnsweredWithoutIt() throws Exception {
        ServeSettings plain = Served.settings();
        try (Served guarded = new Served(new ServeSettings(
                "127.0.0.1",
                0,
                Optional.of("secret"),
                1,
                2,
                1,
                plain.maxBody(),
                plain.bodyTime(),
                plain.maxStalled(),
                24,
                32,
                new DecodingBudget(1, 4)))) {
            byte[] body = json(Map.of("prompt", "x", "max_tokens", 8));
            assertThat(guarded.post("/v1/completions", body).statusCode()).isEqualTo(401);
            assertThat(guarded.post("/v1/completions", body, "Authorization", "Bearer secreT")
                            .statusCode())
                    .isEqualTo(401);
            assertThat(guarded.get("/v1/models").statusCode()).isEqualTo(401);
            assertThat(guarded.get("/metrics").statusCode()).isEqualTo(401);
            assertThat(guarded.get("/health").statusCode()).isEqualTo(200);
            assertThat(guarded.post("/v1/completions", body, "Authorization", "Bearer secret")
                            .statusCode())
                    .isEqualTo(200);
            HttpResponse<String> tooLong = guarded.post(
                    "/v1/completions", json(Map.of("prompt", "x", "max_tokens", 33)), "Authorization", "Bearer secret");
            assertThat(tooLong.statusCode()).isEqualTo(400);
            assertThat(tooLong.body()).contains("[1, 32]");
        }
    }

    @Test
    void stoppingWaitsForWhatRuns() throws Exception {
        Served leaving = new Served(Served.settings());
        ExecutorService client = Executors.newSingleThreadExecutor();
        try {
            Future<JsonNode> asked = client.submit(() -> leaving.ask(
                    "/v1/completions", Map.of("prompt", leaving.prompt(0), "max_tokens", 96, "budget", "1/1")));
            while (leaving.health().path("running").asInt() == 0 && !asked.isDone()) {
                Thread.sleep(5);
            }
            leaving.server.close(Duration.ofSeconds(60));
            assertThat(asked.get().at("/choices/0/text").asText())
                    .isEqualTo(leaving.alone("flow", leaving.prompt(0), 96, 96, 0));
        } finally {
            client.shutdown();
            leaving.close();
        }
    }

    @Test
    void metricsAndModels() throws Exception {
        served.ask("/v1/completions", Map.of("prompt", served.prompt(0)));
        String metrics = served.get("/metrics").body();
        assertThat(metrics).contains("maskflow_requests_total{path=\"/v1/completions\",status=\"200\"}");
        assertThat(metrics.lines().filter(line -> !line.startsWith("#")))
                .allMatch(line -> line.matches("[a-z_]+(\\{[^}]*})? [0-9.]+"));
        JsonNode models = Served.JSON.readTree(served.get("/v1/models").body());
        assertThat(models.findValuesAsText("id"))
                .containsExactly("flow", "mask-prediction", "dream", "remdm", "blocks");
        assertThat(served.get("/").body()).contains("<canvas").doesNotContain("https://");
    }
}
