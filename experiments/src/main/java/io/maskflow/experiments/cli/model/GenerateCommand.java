package io.maskflow.experiments.cli.model;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.cli.shared.PolicyOption;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.MaskPredictionChoice;
import io.maskflow.experiments.decoding.RuleChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.pages.Replay;
import io.maskflow.experiments.problems.FolderChatTemplate;
import io.maskflow.experiments.problems.GraderChoice;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.problems.PromptSettings;
import io.maskflow.experiments.run.TraceLog;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import io.maskflow.reward.problem.prompt.PromptTemplate;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.SandboxLimits;
import io.maskflow.reward.sandbox.process.SandboxException;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Visibility;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** {@code generate}. */
@Command(
        name = "generate",
        showDefaultValues = true,
        description = "Decodes one answer and prints it; the figures go to the error stream.",
        footer = {
            "",
            "Example:  ./maskflow generate --backbone builtin --problem 3 --decoder '{type: flow, stepSize: confidence}'"
        })
public final class GenerateCommand implements Callable<Integer> {

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
            description = "Policy of the flow decoder; without --decoder it also chooses the flow.")
    private Path policy;

    @Option(
            names = "--price",
            paramLabel = "PRICE",
            defaultValue = "0",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Dial of a policy that has one: what a model call costs, in the range that it was trained for.")
    private double price;

    @Option(
            names = "--decoder",
            paramLabel = "DECODER",
            showDefaultValue = Visibility.NEVER,
            description =
                    "A decoder as in a settings file: its type, or YAML such as '{type: flow, stepSize: constant}'."
                            + " Default: flow with --policy, else mask-prediction, or llada2 where attention is block-causal.")
    private String decoder;

    @Option(
            names = "--budget",
            paramLabel = "T/N",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Steps over response length. Default: 1/4, or 1/1 where attention is block-causal and each block"
                            + " needs a step.")
    private String budget;

    @Option(names = "--length", paramLabel = "N", defaultValue = "48", description = "Response positions.")
    private int length;

    @Option(names = "--dtype", defaultValue = "f32", description = "Type the model computes in: f32 or bf16.")
    private String dtype;

    @Option(names = "--device", defaultValue = "cpu", description = "Where the model computes: cpu, gpu or gpu:N.")
    private String device;

    @Option(names = "--seed", defaultValue = "0", description = "Seed of random draws, where the decoder makes any.")
    private long seed;

    @Option(
            names = "--problems",
            paramLabel = "SOURCE",
            defaultValue = "builtin:test",
            description = "Where --problem is looked up: builtin:train|valid|test, or a file of a public data set.")
    private String problems;

    @Option(
            names = "--template",
            defaultValue = "{text}\n{test_list[0]}\n",
            showDefaultValue = Visibility.NEVER,
            description = "How a problem becomes a prompt. Default: the task and its first test.")
    private String template;

    @Option(
            names = "--chat",
            description = "Puts the prompt into the chat template of the model's folder, as a user's turn.")
    private boolean chat;

    @Option(
            names = "--chat-variable",
            paramLabel = "NAME=VALUE",
            description = "With --chat: what the template is told besides, such as enable_thinking=true.")
    private Map<String, String> chatVariables = Map.of();

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            showDefaultValue = Visibility.NEVER,
            description =
                    "Writes every step, tokens, confidence, progress, re-edits, commitments: a page to replay it with if"
                            + " the name ends in .html (with the verdict, if it is a --problem), else JSON lines.")
    private Path trace;

    @ArgGroup(multiplicity = "1")
    private Question question;

    /** What is asked. */
    static final class Question {
        @Option(
                names = "--prompt",
                paramLabel = "TEXT",
                required = true,
                description = "The prompt, as it is (or what a user says, with --chat).")
        private String prompt;

        @Option(names = "--problem", paramLabel = "ID", required = true, description = "A problem by its id.")
        private String problem;
    }

    @ParentCommand
    private Console console;

    private AttentionRule attention; // of the model

    @Override
    public Integer call() {
        if (length < 1) {
            throw new ConfigurationException("--length must be at least 1, was " + length);
        }
        EngineThreads.set(1);
        BackboneChoice model =
                BackboneChoice.of(backbone, dtype, GenerateCommand::file).on(device);
        attention = model.info().attention();
        DecodingBudget steps = budget();
        room(model);
        asksForNoMoreThanItCanUse(steps);
        if (policy != null) {
            PolicyOption.require(policy.toString());
            PolicyOption.requireUse(choice(), choice().withPolicy(policy.toString()));
        }
        Decoder chosen = decoder(choice(), model);
        String prompt = prompt(model);
        try (MaskPredictor predictor = model.open();
                Tokenizer tokenizer = model.tokenizer()) {
            int[] ids = tokenizer.encode(prompt);
            int room = predictor.info().maxLength() - length;
            if (ids.length > room) {
                throw new ConfigurationException("the prompt must have at most " + room + " tokens (the model takes "
                        + predictor.info().maxLength() + ", the response is " + length + "), had " + ids.length);
            }
            TraceLog log = new TraceLog(length, id -> tokenizer.decode(new int[] {id}));
            long started = System.nanoTime();
            DecodedResponse response = chosen.decode(
                            predictor,
                            new DecodeRequest(
                                    List.of(new DecodeRequest.Sample(ids, new SampleKey(seed, 0, 0, 0))),
                                    length,
                                    steps.steps(length)),
                            trace == null ? DecodingObserver.NONE : log)
                    .get(0);
            double seconds = (System.nanoTime() - started) / 1e9;
            Set<Integer> ends = predictor.info().endIds();
            String answer = tokenizer.decodeUntilEnd(response.tokenIds(), ends);
            if (trace != null) {
                Optional<Verdict> verdict = question.problem == null || !replay()
                        ? Optional.empty()
                        : Optional.of(verdict(new PromptEncoder(
                                        new PromptSettings(template, false, "none"), tokenizer, ends, model.folder())
                                .attempt(problem(question.problem), answer)));
                write(log, asked(prompt, ids), response, answer, verdict);
            }
            console.out().println(answer);
            console.err()
                    .printf(
                            Locale.ROOT,
                            "%d model calls for %d positions, %d tokens before the end, %.2f s%n",
                            response.nfe(),
                            length,
                            Tokenizer.lengthBeforeEnd(response.tokenIds(), ends),
                            seconds);
        }
        return ExitCode.DONE;
    }

    private void room(BackboneChoice model) {
        int longest = model.info().maxLength() - 1;
        if (length > longest) {
            throw new ConfigurationException("--length must be at most " + longest + " (" + backbone + " takes "
                    + (longest + 1) + " tokens, prompt and response together), was " + length);
        }
    }

    /** Mask prediction fills at least one position per step: further steps would find nothing to do. */
    private void asksForNoMoreThanItCanUse(DecodingBudget asked) {
        if (asked.steps(length) > length && choice() instanceof MaskPredictionChoice) {
            throw new ConfigurationException(
                    "--budget must be at most 1/1 for mask-prediction, which fills at least one"
                            + " position per step, was " + asked + " (" + asked.steps(length) + " steps for " + length
                            + " positions; type: flow may take more)");
        }
    }

    private void write(TraceLog log, Asked asked, DecodedResponse response, String answer, Optional<Verdict> verdict) {
        if (!replay()) {
            log.write(trace, asked, response, answer);
            return;
        }
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("base model", asked.backbone() + ", " + asked.dtype());
        facts.put("decoder", decoder != null ? decoder : policy == null ? "mask-prediction" : "flow");
        if (policy != null) {
            facts.put("policy", asked.policy());
        }
        facts.put("budget", asked.budget() + ": " + asked.steps() + " steps");
        facts.put("seed", Long.toString(asked.seed()));
        String title = question.problem == null ? "A decoding" : "Problem " + question.problem;
        Replay.write(
                trace,
                title + ", step by step",
                List.of(new Replay.Decoding(title, facts, asked.prompt(), log, response, answer, verdict)));
    }

    private boolean replay() {
        return trace.toString().endsWith(".html");
    }

    /** What the grader says; where there is no sandbox the page says so, and the answer is printed all the same. */
    private static Verdict verdict(Attempt attempt) {
        if (attempt instanceof Attempt.Answer answer) {
            return answer.judged();
        }
        try (Grader grader = new Grader(new GraderChoice("auto", 1, false, SandboxLimits.DEFAULT, "").settings())) {
            return attempt.verdict(grader).join();
        } catch (SandboxException none) {
            return Verdict.none(none.getMessage());
        }
    }

    /** The first line of a trace: the options as they were understood. */
    private record Asked(
            String backbone,
            DecoderChoice decoder,
            String policy,
            String budget,
            int length,
            int steps,
            long seed,
            String dtype,
            String prompt,
            int[] promptIds) {}

    private Asked asked(String prompt, int[] ids) {
        String policyFile = policy == null ? null : policy.toString();
        int steps = budget().steps(length);
        return new Asked(backbone, choice(), policyFile, budget().toString(), length, steps, seed, dtype, prompt, ids);
    }

    private String prompt(BackboneChoice model) {
        ChatTemplate turns = template(model.folder());
        if (question.prompt != null) {
            return turns.render(Prompt.of(question.prompt));
        }
        Problem problem = problem(question.problem);
        PromptEncoder.check(new PromptSettings(template, false, "none"), List.of(problem));
        return turns.render(PromptTemplate.of(template).render(problem));
    }

    private ChatTemplate template(Path folder) {
        if (!chat && !chatVariables.isEmpty()) {
            throw new ConfigurationException("--chat-variable needs --chat");
        }
        Map<String, Object> said = new HashMap<>();
        chatVariables.forEach(
                (name, value) -> said.put(name, value.matches("true|false") ? (Object) Boolean.valueOf(value) : value));
        return chat ? FolderChatTemplate.told(folder, "--chat", said) : ChatTemplate.PLAIN;
    }

    private DecodingBudget budget() {
        try {
            return budget == null ? new DecodingBudget(1, attention.isFull() ? 4 : 1) : DecodingBudget.parse(budget);
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("--" + wrong.getMessage(), wrong);
        }
    }

    private DecoderChoice choice() {
        DecoderChoice chosen = decoder != null
                ? ConfigFiles.option("decoder", decoder, DecoderChoice.class)
                : policy != null ? FlowChoice.defaults() : DecoderChoice.plain(attention);
        if (price == 0) {
            return chosen;
        }
        if (!(price > 0 && price < Double.POSITIVE_INFINITY)
                || !(chosen instanceof FlowChoice flow)
                || !(flow.stepSize() instanceof StepSizeChoice.Policy learned)) {
            throw new ConfigurationException(
                    "--price must be a number above 0, of a flow decoder with a policy, was " + price);
        }
        return flow.withStepSize(learned.withPrice(price));
    }

    private Decoder decoder(DecoderChoice choice, BackboneChoice model) {
        if (choice instanceof RuleChoice rules) {
            return rules.decoder(model);
        }
        if (choice instanceof FlowChoice flow) {
            StepSizes stepSizes = new StepSizes(
                    Optional.ofNullable(policy).map(GenerateCommand::read), GenerateCommand::file, LatentStreams.KEYED);
            return new FlowDecoder(flow.settings(), stepSizes.of(flow.stepSize()));
        }
        throw new ConfigurationException(
                "--decoder must decode a single prompt; equal-nfe and curve belong to evaluate");
    }

    private Problem problem(String id) {
        List<Problem> all = ProblemSource.read(problems, GenerateCommand::file);
        return all.stream()
                .filter(candidate -> candidate.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("--problem must be an id of " + problems + " ("
                        + all.get(0).id() + " to " + all.get(all.size() - 1).id() + "), was " + id));
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
