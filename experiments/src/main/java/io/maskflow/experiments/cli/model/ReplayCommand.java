package io.maskflow.experiments.cli.model;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.cli.shared.Console;
import io.maskflow.experiments.cli.shared.ExitCode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.models.EngineThreads;
import io.maskflow.experiments.pages.Replay;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.problems.ProblemSource;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.TraceLog;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;

/** {@code replay}: what a training step rolls out for one problem, decoded again and shown. */
@Command(
        name = "replay",
        description = {
            "Shows sampled rollouts of a training run: decodes one problem with the policy of a checkpoint, draws the actions"
                    + " that the next training step draws for it, grades the answers, and writes the page to replay them with."
        },
        footer = {"", "Example:  ./maskflow replay runs/quickstart --out rollouts.html"})
public final class ReplayCommand implements Callable<Integer> {

    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a training run.")
    private Path run;

    @Option(names = "--step", paramLabel = "N", description = "Checkpoint after N steps. Default: the newest.")
    private Long step;

    @Option(names = "--problem", paramLabel = "ID", description = "A training problem. Default: the first.")
    private String problem;

    @Option(names = "--budget", paramLabel = "T/N", description = "Default: the first budget that the run trains at.")
    private String budget;

    @Option(names = "--samples", paramLabel = "G", description = "Default: as many as the run's groups have.")
    private Integer samples;

    @Option(
            names = "--out",
            paramLabel = "FILE",
            description = "Where the page goes. Default: replay.html in the run folder.")
    private Path out;

    @ParentCommand
    private Console console;

    @Override
    public Integer call() throws IOException {
        RunFolder folder = new RunFolder(run);
        if (!Files.isRegularFile(folder.config()) || folder.checkpointSteps().isEmpty()) {
            throw new ConfigurationException("RUN must be the folder of a training run with a checkpoint, was " + run);
        }
        LoadedConfig<TrainConfig> loaded = ConfigFiles.load(folder.config(), List.of(), TrainConfig.class);
        TrainConfig config = loaded.value();
        int count = samples == null ? config.groupSize() : samples;
        if (count < 1) {
            throw new ConfigurationException("--samples must be at least 1, was " + count);
        }
        long at = step(folder);
        PolicyNetwork policy = PolicyFile.read(folder.checkpoint(at).resolve("policy.safetensors"));
        DecodingBudget steps = budget(config);
        EngineThreads.set(1);
        BackboneChoice backbone = BackboneChoice.of(config.backbone(), config.dtype(), loaded::existing);
        Path page = out == null ? run.resolve("replay.html") : out;
        try (Tokenizer tokenizer = backbone.tokenizer();
                MaskPredictor predictor = backbone.open();
                Grader grader = new Grader(config.grader().settings())) {
            PromptEncoder encoder = new PromptEncoder(
                    config.prompt(), tokenizer, backbone.info().endIds(), backbone.folder());
            NumberedProblem asked = problem(encoder.encode(
                    ProblemSource.read(config.problems(), loaded::existing, config.badRows()),
                    0,
                    backbone.promptRoom(config.responseLength())));
            FlowDecoder decoder = new FlowDecoder(
                    config.decoder().settings(),
                    BetaStepSizePolicy.sampled(policy, LatentStreams.KEYED, config.exploration()));
            List<DecodeRequest.Sample> rows = new ArrayList<>();
            List<TraceLog> traces = new ArrayList<>();
            for (int sample = 0; sample < count; sample++) {
                SampleKey key = new SampleKey(config.seed(), at, asked.number(), sample);
                rows.add(new DecodeRequest.Sample(asked.promptIds(), key, config.price(at, asked.number())));
                traces.add(new TraceLog(config.responseLength(), id -> tokenizer.decode(new int[] {id})));
            }
            List<DecodedResponse> responses = decoder.decode(
                    predictor,
                    new DecodeRequest(rows, config.responseLength(), steps.steps(config.responseLength())),
                    seen -> traces.get(seen.row()).onStep(seen));
            List<String> texts =
                    responses.stream().map(r -> encoder.text(r.tokenIds())).toList();
            List<Verdict> verdicts = Attempt.verdicts(
                    grader,
                    texts.stream()
                            .map(text -> encoder.attempt(asked.problem(), text))
                            .toList());
            List<Replay.Decoding> decodings = new ArrayList<>();
            for (int sample = 0; sample < count; sample++) {
                decodings.add(new Replay.Decoding(
                        "sample " + (sample + 1),
                        facts(config, at, steps),
                        tokenizer.decode(asked.promptIds()),
                        traces.get(sample),
                        responses.get(sample),
                        texts.get(sample),
                        Optional.of(verdicts.get(sample))));
            }
            String name = run.toAbsolutePath().normalize().getFileName().toString();
            Replay.write(
                    page, name + ": rollouts of problem " + asked.problem().id() + " in step " + (at + 1), decodings);
            console.out()
                    .println(verdicts.stream().filter(Verdict::passed).count() + " of " + count + " samples pass: "
                            + page);
        }
        return ExitCode.DONE;
    }

    private Map<String, String> facts(TrainConfig config, long at, DecodingBudget steps) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("base model", config.backbone() + ", " + config.dtype());
        facts.put("policy", "after " + at + " steps, actions sampled");
        facts.put("budget", steps + ": " + steps.steps(config.responseLength()) + " steps");
        facts.put("run seed", Long.toString(config.seed()));
        return facts;
    }

    private long step(RunFolder folder) {
        List<Long> steps = folder.checkpointSteps();
        if (step != null && !steps.contains(step)) {
            throw new ConfigurationException("--step must be a checkpoint of the run (" + steps + "), was " + step);
        }
        return step == null ? steps.get(steps.size() - 1) : step;
    }

    private DecodingBudget budget(TrainConfig config) {
        try {
            return budget == null ? config.budget().get(0) : DecodingBudget.parse(budget);
        } catch (IllegalArgumentException wrong) {
            throw new ConfigurationException("--" + wrong.getMessage(), wrong);
        }
    }

    private NumberedProblem problem(List<NumberedProblem> all) {
        return all.stream()
                .filter(candidate -> problem == null || candidate.problem().id().equals(problem))
                .findFirst()
                .orElseThrow(() -> new ConfigurationException("--problem must be a training problem of the run ("
                        + all.get(0).problem().id() + " to "
                        + all.get(all.size() - 1).problem().id() + "), was " + problem));
    }
}
