package io.maskflow.experiments.cli;

import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.SeedInName;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code --policy FILE} of commands that evaluate. */
final class PolicyOption {

    private PolicyOption() {}

    /** Refuses a file that is not there; one with {@code {seed}} in its name is looked for seed by seed later. */
    static void require(String file) {
        if (!SeedInName.in(file) && !Files.isRegularFile(Path.of(file))) {
            throw new ConfigurationException("--policy must name a policy file, was " + file);
        }
    }
}
