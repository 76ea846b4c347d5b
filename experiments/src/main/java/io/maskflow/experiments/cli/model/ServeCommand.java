package io.maskflow.experiments.cli.model;

import com.sun.management.OperatingSystemMXBean;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.models.PlainDecoding;
import io.maskflow.experiments.problems.FolderChatTemplate;
import io.maskflow.experiments.problems.GraderChoice;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.problems.PromptSettings;
import io.maskflow.experiments.serving.MaskflowServer;
import io.maskflow.experiments.serving.Playground;
import io.maskflow.experiments.serving.request.DecoderShelf;
import io.maskflow.experiments.serving.request.ServeSettings;
import io.maskflow.experiments.serving.request.ServedModel;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PriceRange;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.sandbox.SandboxLimits;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code serve}. */
@Command(
        name = "serve",
        showDefaultValues = true,
        description = {
            "Answers over HTTP in the shape of OpenAI's API: /v1/completions, /v1/chat/completions, /v1/models, /health,"
                    + " /metrics, and a page at /. Prints its address when it is ready. The base model as well as the policy"
                    + " are frozen; a text is the one that generate prints for the same prompt, seed and settings, whatever else"
                    + " is being decoded."
        },
        footer = {
            "",
            "The API key is --api-key or, kept out of the list of processes, the environment variable MASKFLOW_API_KEY.",
            "",
            "Example:  ./maskflow serve --backbone builtin/aligned-unmasked-kl --decoder '{type: flow, stepSize: confidence}'"
        })
public final class ServeCommand implements Callable<Integer> {

    private static final String KEY = "MASKFLOW_API_KEY";

    @Option(
            names = "--backbone",
            paramLabel = "NAME|DIR",
            defaultValue = "builtin",
            description = "Base model: builtin, builtin/NAME or a folder in Hugging Face layout.")
    private String backbone;

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            showDefaultValue = Visibility.NEVER,
            description = "Policy of flow decoders; without --decoder it also makes the flow the default.")
    private Path policy;

    @Option(
            names = "--decoder",
            paramLabel = "[NAME=]DECODER",
            showDefaultValue = Visibility.NEVER,
            description =
                    "A decoder as in a settings file, as often as you like; requests choose by \"model\", the first is the"
                            + " default. Its name is its type unless given. Default: flow with --policy, mask-prediction, and a"
                            + " flow whose steps follow confidence (flow-confidence).")
    private List<String> decoders = List.of();

    @Option(
            names = "--price",
            paramLabel = "PRICE",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description = "Dial of a policy that has one, where a request gives none.")
    private double price;

    @Option(names = "--host", defaultValue = "127.0.0.1", description = "Address to listen at.")
    private String host;

    @Option(names = "--port", defaultValue = "8000", description = "Port, 0 for any free one.")
    private int port;

    @Option(
            names = "--api-key",
            paramLabel = "KEY",
            showDefaultValue = Visibility.NEVER,
            description = "What clients must send as \"Authorization: Bearer KEY\". Default: nothing.")
    private String apiKey;

    @Option(names = "--budget", paramLabel = "T/N", defaultValue = "1/4", description = "Where a request gives none.")
    private String budget;

    @Option(
            names = "--length",
            paramLabel = "N",
            defaultValue = "48",
            description = "Where a request gives no max_tokens.")
    private int length;

    @Option(
            names = "--max-length",
            paramLabel = "N",
            defaultValue = "0",
            description = "Most max_tokens of a request, 0 for what the model takes.")
    private int maxLength;

    @Option(names = "--dtype", defaultValue = "f32", description = "Type the model computes in: f32 or bf16.")
    private String dtype;

    @Option(
            names = "--workers",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Copies of the model, each with a thread. Default: one per core, fewer where their weights would"
                            + " take more than a quarter of the memory.")
    private int workers;

    @Option(names = "--max-rows", defaultValue = "16", description = "Responses that a worker decodes at once.")
    private int maxRows;

    @Option(names = "--max-waiting", defaultValue = "256", description = "Requests that may wait; more get a 429.")
    private int maxWaiting;

    @Option(
            names = "--max-body",
            paramLabel = "BYTES",
            defaultValue = "1048576",
            description = "Longest body of a request.")
    private int maxBody;

    @Option(
            names = "--drain",
            paramLabel = "SECONDS",
            defaultValue = "30",
            description = "How long requests at work may take to end after SIGTERM or Ctrl-C.")
    private int drain;

    @Option(
            names = "--problems",
            paramLabel = "SOURCE",
            defaultValue = "builtin:test",
            description = "Problems to pick from on the page, as in generate.")
    private String problems;

    @Option(
            names = "--template",
            defaultValue = "{text}\n{test_list[0]}\n",
            showDefaultValue = Visibility.NEVER,
            description = "How a problem becomes a prompt. Default: the task and its first test.")
    private String template;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, DecoderChoice> asked = asked();
        EngineThreads.set(1);
        BackboneChoice model = BackboneChoice.of(backbone, dtype, ServeCommand::file);
        Map<String, DecoderChoice> choices = choices(asked, model.info());
        ServeSettings settings = settings(model.folder());
        model.promptRoom(length);
        List<Problem> shown = ProblemSource.read(problems, ServeCommand::file);
        Optional<PolicyNetwork> network = Optional.ofNullable(policy).map(ServeCommand::read);
        StepSizes stepSizes = new StepSizes(network, ServeCommand::file, LatentStreams.KEYED);
        DecoderShelf shelf = new DecoderShelf(choices, model, stepSizes);
        BackboneInfo info = model.info();
        try (Tokenizer tokenizer = model.tokenizer();
                Playground playground = new Playground(
                        shown,
                        new PromptEncoder(
                                new PromptSettings(template, false, "none"), tokenizer, info.endIds(), model.folder()),
                        new GraderChoice("auto", 1, false, SandboxLimits.DEFAULT, "").settings(),
                        facts(choices, info, settings, network));
                MaskflowServer server = new MaskflowServer(
                        new ServedModel(info, tokenizer, chat(model), shelf),
                        settings,
                        model::open,
                        Optional.of(playground))) {
            CountDownLatch stopped = new CountDownLatch(1);
            Thread stop = new Thread(() -> stop(server, stopped), "stop");
            Runtime.getRuntime().addShutdownHook(stop);
            if (!server.together()) {
                console.err()
                        .println("this model computes a row among others not to the last bit as alone: every answer is"
                                + " decoded with model calls of its own");
            }
            console.out()
                    .println("serving " + backbone + " as " + String.join(", ", choices.keySet()) + " at http://"
                            + (host.contains(":") ? "[" + host + "]" : host) + ":" + server.port() + "/");
            console.out().flush();
            stopped.await();
        }
        return ExitCode.DONE;
    }

    private void stop(MaskflowServer server, CountDownLatch stopped) {
        console.err().println("stopping: requests at work come to their end first, at most " + drain + " s");
        server.close(Duration.ofSeconds(drain));
        stopped.countDown();
    }

    private ServeSettings settings(Path weights) {
        try {
            Optional<String> key = Optional.ofNullable(apiKey).or(() -> Optional.ofNullable(System.getenv(KEY)));
            return new ServeSettings(
                    host,
                    port,
                    key,
                    workers == 0 ? copies(weights) : workers,
                    maxRows,
                    maxWaiting,
                    maxBody,
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(30),
                    length,
                    maxLength,
                    DecodingBudget.parse(budget));
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("serve: " + wrong.getMessage(), wrong);
        }
    }

    /** One per core, as long as a quarter of the memory holds their weights; weights in bfloat16 may double. */
    private static int copies(Path folder) {
        long memory = ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
        try (Stream<Path> files = Files.list(folder)) {
            long bytes = files.filter(file -> file.toString().endsWith(".safetensors"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
            long fitting = memory / 4 / Math.max(1, 2 * bytes);
            return (int) Math.max(1, Math.min(fitting, Runtime.getRuntime().availableProcessors()));
        } catch (IOException unreadable) {
            return 1; // opening the model says what is wrong
        }
    }

    private Map<String, DecoderChoice> asked() {
        Map<String, DecoderChoice> choices = new LinkedHashMap<>();
        for (String option : decoders) {
            String[] parts = option.matches("[\\w.-]+=.*") ? option.split("=", 2) : new String[] {"", option};
            DecoderChoice choice = ConfigFiles.option("decoder", parts[1], DecoderChoice.class);
            String name = parts[0].isEmpty() ? type(parts[1]) : parts[0];
            if (choices.putIfAbsent(name, choice) != null) {
                throw new ConfigurationException("--decoder: two decoders are called " + name
                        + "; give one a name of its own, such as --decoder '" + name + "-2=" + parts[1] + "'");
            }
        }
        return choices;
    }

    /** What was asked for, else what fits the base model: its plain decoding, and the flow. */
    private Map<String, DecoderChoice> choices(Map<String, DecoderChoice> asked, BackboneInfo info) {
        Map<String, DecoderChoice> choices = new LinkedHashMap<>(asked);
        if (choices.isEmpty()) {
            if (policy != null) {
                choices.put("flow", FlowChoice.defaults());
            }
            choices.put(PlainDecoding.name(info), DecoderChoice.plain(info.attention()));
            choices.put("flow-confidence", FlowChoice.defaults().withStepSize(StepSizeChoice.Confidence.defaults()));
        }
        choices.replaceAll((name, choice) -> priced(choice));
        return choices;
    }

    private DecoderChoice priced(DecoderChoice choice) {
        return price != 0
                        && choice instanceof FlowChoice flow
                        && flow.stepSize() instanceof StepSizeChoice.Policy learned
                ? flow.withStepSize(learned.withPrice(price))
                : choice;
    }

    /** The word behind {@code type:}, or the whole if it is one word. */
    private static String type(String yaml) {
        Matcher type = Pattern.compile("type:\\s*([\\w-]+)").matcher(yaml);
        return type.find() ? type.group(1) : yaml.strip();
    }

    private static Optional<ChatTemplate> chat(BackboneChoice model) {
        boolean said = Files.exists(model.folder().resolve("chat_template.jinja"))
                || Files.exists(model.folder().resolve("tokenizer_config.json"));
        try {
            return said ? Optional.of(FolderChatTemplate.of(model.folder(), "chat")) : Optional.empty();
        } catch (ConfigurationException none) {
            return Optional.empty();
        }
    }

    private Map<String, Object> facts(
            Map<String, DecoderChoice> choices,
            BackboneInfo info,
            ServeSettings settings,
            Optional<PolicyNetwork> network) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("backbone", backbone);
        facts.put("decoders", new ArrayList<>(choices.keySet()));
        facts.put("length", length);
        facts.put("most", settings.maxLength() > 0 ? settings.maxLength() : info.maxLength() - 1);
        facts.put("budget", settings.budget().toString());
        facts.put("key", settings.apiKey().isPresent());
        PriceRange prices = network.map(read -> read.shape().prices()).orElse(PriceRange.NONE);
        if (!prices.none()) {
            facts.put("prices", List.of(prices.low(), prices.high()));
            facts.put("price", price);
            facts.put(
                    "priced",
                    choices.keySet().stream()
                            .filter(name -> choices.get(name).learned())
                            .toList());
        }
        return facts;
    }

    private static PolicyNetwork read(Path file) {
        try {
            return PolicyFile.read(file);
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigurationException(
                    "--policy must name a policy file, was " + file + ": " + e.getMessage(), e);
        }
    }

    private static Path file(String setting, String name) {
        Path path = Path.of(name);
        if (!Files.exists(path)) {
            throw new ConfigurationException(setting + " must name an existing file or folder, was " + name);
        }
        return path;
    }
}
