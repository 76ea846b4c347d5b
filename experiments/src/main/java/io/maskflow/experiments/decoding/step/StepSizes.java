package io.maskflow.experiments.decoding.step;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.config.FileFinder;
import io.maskflow.policy.BetaStepSizePolicy;
import io.maskflow.policy.LatentStreams;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.distribution.LogScaleAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Turns a {@link StepSizeChoice} into a step size. */
public final class StepSizes {

    private final Optional<PolicyNetwork> runPolicy;
    private final FileFinder files;
    private final LatentStreams streams;

    /**
     * @param runPolicy the policy for choices that name no file
     * @param files finds the file that a choice names
     * @param streams random numbers for sampled actions
     */
    public StepSizes(Optional<PolicyNetwork> runPolicy, FileFinder files, LatentStreams streams) {
        this.runPolicy = runPolicy;
        this.files = files;
        this.streams = streams;
    }

    /** The same for the settings of a section: messages name it. */
    public StepSizes in(String section) {
        return new StepSizes(runPolicy, files.under(section), streams);
    }

    /**
     * The step size of a choice.
     *
     * @param choice any but {@code best-of}, which an evaluation resolves first
     * @throws ConfigurationException if a policy file is missing, no policy, or incomplete
     */
    public StepSizePolicy of(StepSizeChoice choice) {
        if (choice instanceof StepSizeChoice.Constant constant) {
            return constant.stepSize();
        }
        if (choice instanceof StepSizeChoice.Confidence confidence) {
            return confidence.stepSize();
        }
        if (choice instanceof StepSizeChoice.Policy policy) {
            PolicyNetwork network = atTemperature(network(policy), policy.temperature());
            BetaStepSizePolicy chosen = policy.action() == StepSizeChoice.Policy.Action.EXPECTED
                    ? BetaStepSizePolicy.expected(network)
                    : BetaStepSizePolicy.sampled(network, streams);
            return atPrice(policy, chosen);
        }
        if (choice instanceof StepSizeChoice.Permuted permuted) {
            return new PermutedStepSize(of(permuted.of()));
        }
        throw new ConfigurationException(
                "stepSize best-of must be chosen on problems: only evaluate and ablate do that");
    }

    /** The policy with its concentration divided: the bounds of kappa carry it. */
    private static PolicyNetwork atTemperature(PolicyNetwork policy, double temperature) {
        PolicyShape s = policy.shape();
        return temperature == 1
                ? policy
                : new PolicyNetwork(
                        new PolicyShape(
                                s.state(),
                                s.hidden(),
                                s.muMin(),
                                s.muMax(),
                                s.kappaMin() / temperature,
                                s.kappaMax() / temperature,
                                s.action()),
                        policy.parameters());
    }

    private static StepSizePolicy atPrice(StepSizeChoice.Policy choice, BetaStepSizePolicy policy) {
        PriceRange prices = policy.network().shape().prices();
        if (prices.none() && choice.price() == 0) {
            return policy;
        }
        boolean clamp = choice.clampPrice() && choice.price() > 0 && !prices.none();
        try {
            return policy.at(clamp ? prices.clamp(choice.price()) : choice.price());
        } catch (IllegalArgumentException refused) {
            throw new ConfigurationException("stepSize." + refused.getMessage()
                    + (prices.none() || choice.price() == 0 ? "" : "; clampPrice: true takes the nearest"));
        }
    }

    private PolicyNetwork network(StepSizeChoice.Policy choice) {
        if (choice.file().isEmpty()) {
            return runPolicy.orElseThrow(() -> new ConfigurationException(
                    "stepSize.file must name a policy file (or give --policy FILE), was empty"));
        }
        Path file = files.find("stepSize.file", choice.file());
        try {
            boolean given = choice.kappaMax() > 0;
            return given ? PolicyFile.read(file, shape(choice)) : PolicyFile.read(file);
        } catch (IllegalArgumentException notAPolicy) {
            throw new ConfigurationException(notAPolicy.getMessage());
        } catch (IOException e) {
            throw new ConfigurationException("policy file " + file + " cannot be read: " + e.getMessage());
        }
    }

    private static PolicyShape shape(StepSizeChoice.Policy choice) {
        PolicyShape paper = PolicyShape.PAPER;
        boolean mu = choice.muMax() > 0;
        boolean action = choice.aMax() > 0;
        return new PolicyShape(
                PolicyState.PAPER,
                paper.hidden(),
                mu ? choice.muMin() : PolicyShape.PAPER_MU_MIN,
                mu ? choice.muMax() : PolicyShape.PAPER_MU_MAX,
                choice.kappaMin(),
                choice.kappaMax(),
                action ? new LogScaleAction(choice.aMin(), choice.aMax()) : LogScaleAction.PAPER);
    }
}
