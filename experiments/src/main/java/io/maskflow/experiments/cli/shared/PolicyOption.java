package io.maskflow.experiments.cli.shared;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.step.SeedInName;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code --policy FILE} of commands that evaluate. */
public final class PolicyOption {

    private PolicyOption() {}

    /** Refuses a file that is not there; one with {@code {seed}} in its name is looked for seed by seed later. */
    public static void require(String file) {
        if (!SeedInName.in(file) && !Files.isRegularFile(Path.of(file))) {
            throw new ConfigurationException("--policy must name a policy file, was " + file);
        }
    }

    /**
     * Refuses a policy that nothing asks for.
     *
     * @param without the settings
     * @param with the same with the policy wherever one is asked for and none is named
     */
    public static void requireUse(Object without, Object with) {
        if (with.equals(without)) {
            throw new ConfigurationException(
                    "--policy must be used by a decoder, but none has a stepSize of type policy that names no file");
        }
    }
}
