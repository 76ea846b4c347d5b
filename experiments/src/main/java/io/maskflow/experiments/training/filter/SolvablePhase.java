package io.maskflow.experiments.training.filter;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.evaluation.answers.Evaluator;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.rollout.Fleet;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The first phase of {@code train}: which of its problems are solvable, found once and kept in the run folder. */
public final class SolvablePhase {

    private final LoadedConfig<TrainConfig> loaded;
    private final TrainConfig config;
    private final RunFolder folder;
    private final StopSignal stop;
    private final PrintStream out;

    /** The phase of one run. */
    public SolvablePhase(LoadedConfig<TrainConfig> loaded, RunFolder folder, StopSignal stop, PrintStream out) {
        this.loaded = loaded;
        this.config = loaded.value();
        this.folder = folder;
        this.stop = stop;
        this.out = out;
    }

    /** Refuses a base model for the filter that is not here. */
    public static void check(LoadedConfig<TrainConfig> loaded) {
        TrainConfig config = loaded.value();
        if (config.filter().enabled() && !config.filter().backbone().isEmpty()) {
            backbone(loaded).requireWeights();
        }
    }

    /** The training problems; which of them are solvable is found once and kept in the run folder. */
    public List<NumberedProblem> of(
            BackboneChoice backbone, Evaluator evaluator, Fleet fleet, List<NumberedProblem> all) {
        if (!config.filter().enabled()) {
            return firstOnes(all);
        }
        SolvableList kept = new SolvableList(folder.path().resolve("solvable.json"));
        Optional<Set<String>> known = kept.read();
        if (known.isEmpty()) {
            List<NumberedProblem> solvable = filter(backbone, evaluator, fleet, all);
            known = Optional.of(solvable.stream().map(p -> p.problem().id()).collect(Collectors.toSet()));
            kept.write(solvable.stream().map(p -> p.problem().id()).toList());
        }
        Set<String> ids = known.get();
        List<NumberedProblem> solvable =
                all.stream().filter(p -> ids.contains(p.problem().id())).toList();
        if (solvable.isEmpty()) {
            throw new ConfigurationException("no training problem is solved by " + config.backbone() + " at budget "
                    + config.filter().budget() + " (" + all.size() + " tried): there is nothing to learn from."
                    + " Use another backbone or problems, or filter.enabled: false");
        }
        out.printf(
                "%d of %d training problems are solvable at %s%n",
                solvable.size(), all.size(), config.filter().budget());
        return firstOnes(solvable);
    }

    private List<NumberedProblem> firstOnes(List<NumberedProblem> problems) {
        return config.limit() == 0 ? problems : problems.subList(0, Math.min(config.limit(), problems.size()));
    }

    private List<NumberedProblem> filter(
            BackboneChoice backbone, Evaluator evaluator, Fleet fleet, List<NumberedProblem> all) {
        String name = config.filter().backbone();
        try (ProgressLine progress = ProgressLine.start("filter", all.size())) {
            if (name.isEmpty() || name.equals(backbone.name())) {
                return among(evaluator, backbone.info(), fleet, all, progress);
            }
            BackboneChoice other = backbone(loaded);
            try (Fleet others = other.fleet(config.fleet())) {
                return among(evaluator, other.info(), others, all, progress);
            }
        }
    }

    private List<NumberedProblem> among(
            Evaluator evaluator, BackboneInfo info, Fleet fleet, List<NumberedProblem> all, ProgressLine progress) {
        Path answers = folder.path().resolve("filter.jsonl");
        return SolvableProblems.among(
                answers, evaluator, info, fleet, all, config.filter().budget(), rows -> advance(progress, rows));
    }

    private static BackboneChoice backbone(LoadedConfig<TrainConfig> loaded) {
        FileFinder files = loaded::existing;
        TrainConfig config = loaded.value();
        return BackboneChoice.of(config.filter().backbone(), config.dtype(), files.under("filter"));
    }

    private void advance(ProgressLine progress, int rows) {
        stop.check();
        for (int row = 0; row < rows; row++) {
            progress.advance("");
        }
    }
}
