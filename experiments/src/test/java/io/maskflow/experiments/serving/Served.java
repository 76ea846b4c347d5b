package io.maskflow.experiments.serving;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.problems.PromptSettings;
import io.maskflow.experiments.serving.request.DecoderShelf;
import io.maskflow.experiments.serving.request.Sampling;
import io.maskflow.experiments.serving.request.ServeSettings;
import io.maskflow.experiments.serving.request.ServedModel;
import io.maskflow.policy.LatentStreams;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.GraderSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** A server with the built-in model in this process, a client, and what the decoders say without a server. */
public final class Served implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();

    final BackboneChoice backbone =
            BackboneChoice.of("builtin/aligned-unmasked-kl", "f32", (setting, name) -> Path.of(name));
    final Tokenizer tokenizer = backbone.tokenizer();
    final MaskPredictor alone = backbone.open();
    final List<Problem> problems = ProblemSource.read("builtin:test", (setting, name) -> Path.of(name));
    final PromptEncoder encoder;
    final MaskflowServer server;
    private final Playground playground;
    private final DecoderShelf shelf;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    public Served(ServeSettings settings) {
        Map<String, DecoderChoice> choices = new LinkedHashMap<>();
        choices.put("flow", choice("{type: flow, stepSize: confidence}"));
        choices.put("mask-prediction", choice("mask-prediction"));
        choices.put("dream", choice("{type: dream, temperature: 0.7, topP: 0.9}"));
        choices.put("remdm", choice("remdm"));
        choices.put("blocks", choice("{type: flow, blockLength: 16, arrival: 0.9, stepSize: confidence}"));
        shelf = new DecoderShelf(
                choices, backbone, new StepSizes(Optional.empty(), (s, n) -> Path.of(n), LatentStreams.KEYED));
        encoder = new PromptEncoder(
                PromptSettings.defaults(), tokenizer, backbone.info().endIds(), backbone.folder());
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("decoders", List.copyOf(choices.keySet()));
        facts.put("length", settings.length());
        facts.put("most", 159);
        facts.put("budget", settings.budget().toString());
        facts.put("key", settings.apiKey().isPresent());
        playground = new Playground(problems.subList(0, 20), encoder, GraderSettings.defaults(), facts);
        server = new MaskflowServer(
                new ServedModel(backbone.info(), tokenizer, Optional.empty(), shelf),
                settings,
                backbone::open,
                Optional.of(playground));
    }

    public static ServeSettings settings() {
        return new ServeSettings(
                "127.0.0.1",
                0,
                Optional.empty(),
                2,
                8,
                4096,
                64 * 1024,
                Duration.ofSeconds(2),
                Duration.ofSeconds(120),
                24,
                0,
                new DecodingBudget(1, 4));
    }

    private static DecoderChoice choice(String yaml) {
        return ConfigFiles.option("decoder", yaml, DecoderChoice.class);
    }

    String prompt(int number) {
        return encoder.prompt(problems.get(number));
    }

    /** What the decoder says without a server, as {@code generate} would print it. */
    synchronized String alone(String decoder, String prompt, int length, int steps, long seed) {
        DecodeRequest request = new DecodeRequest(
                List.of(new DecodeRequest.Sample(tokenizer.encode(prompt), new SampleKey(seed, 0, 0, 0))),
                length,
                steps);
        Sampling plain = new Sampling(OptionalDouble.empty(), OptionalDouble.empty(), OptionalDouble.empty());
        DecodedResponse response = shelf.decoder(decoder, plain)
                .decode(alone, request, DecodingObserver.NONE)
                .get(0);
        return tokenizer.decodeUntilEnd(response.tokenIds(), backbone.info().endIds());
    }

    public URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path))
                .timeout(Duration.ofSeconds(120))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode ask(String path, Map<String, ?> body) throws IOException, InterruptedException {
        HttpResponse<String> answer = post(path, JSON.writeValueAsBytes(body));
        if (answer.statusCode() != 200) {
            throw new AssertionError(answer.statusCode() + " " + answer.body());
        }
        return JSON.readTree(answer.body());
    }

    JsonNode health() throws IOException, InterruptedException {
        return JSON.readTree(get("/health").body());
    }

    @Override
    public void close() {
        server.close();
        playground.close();
        alone.close();
        tokenizer.close();
    }
}
