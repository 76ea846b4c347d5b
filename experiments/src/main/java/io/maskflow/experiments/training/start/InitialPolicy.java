package io.maskflow.experiments.training.start;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.console.StopSignal;
import io.maskflow.experiments.evaluation.answers.AnswerGrading;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.training.settings.PolicySettings;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.rollout.Fleet;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** The policy that training starts from, as {@code policy.start} says: random, taught, or a file. */
public final class InitialPolicy {

    private static final Set<String> MADE = Set.of("random", "clone", "imitation", "learned-confidence");

    private final LoadedConfig<TrainConfig> loaded;
    private final TrainConfig config;

    /** The start that a training file asks for. */
    public InitialPolicy(LoadedConfig<TrainConfig> loaded) {
        this.loaded = loaded;
        this.config = loaded.value();
    }

    /** Refuses a file that is not here or holds another kind of policy. */
    public void check() {
        if (!MADE.contains(config.policy().start())) {
            read(loaded.existing("policy.start", config.policy().start()));
        }
    }

    /** The policy; demonstrations for it are decoded on the fleet. */
    public PolicyNetwork of(
            Fleet fleet, AnswerGrading grading, List<NumberedProblem> problems, StopSignal stop, PrintStream out) {
        PolicySettings settings = config.policy();
        return switch (settings.start()) {
            case "random" -> PolicyNetwork.initial(config.policyShape(), config.seed());
            case "clone" -> {
                try (ProgressLine.Phase cloning = ProgressLine.phase("cloning the policy that training starts from")) {
                    yield settings.warmStart().teach(config.policyShape(), config.responseLength(), config.seed());
                }
            }
            case "imitation" -> {
                Imitation.Taught taught =
                        new Imitation(config, new Demonstrations(config, fleet, grading, stop)).teach(problems);
                out.println(taught.words());
                yield taught.policy();
            }
            case "learned-confidence" -> {
                LearnedConfidence.Taught taught =
                        new LearnedConfidence(config, new Demonstrations(config, fleet, grading, stop)).teach(problems);
                out.println(taught.words());
                yield taught.policy();
            }
            default -> read(loaded.existing("policy.start", settings.start()));
        };
    }

    private PolicyNetwork read(Path policy) {
        try {
            PolicyNetwork network = PolicyFile.read(policy);
            if (!network.shape().equals(config.policyShape())) {
                throw new ConfigurationException("policy.start must be a policy of the shape that policy: says, "
                        + policy + " has " + network.shape());
            }
            return network;
        } catch (IllegalArgumentException | IOException e) {
            throw new ConfigurationException("policy.start: " + e.getMessage());
        }
    }
}
