package io.maskflow.reward.sandbox;

import java.util.Arrays;
import java.util.Locale;

/** How a candidate is kept away from the machine, strongest first. Each level adds the system call filter and the limits. */
public enum IsolationLevel {
    /** All namespaces through bubblewrap: the candidate sees /usr, /lib and /dev, and no process, network or user of the host. */
    BUBBLEWRAP,
    /** A container without network, with a read-only root and without capabilities. */
    CONTAINER,
    /** No namespaces; the kernel's landlock lets the process read the Python installation and nothing else. */
    LANDLOCK,
    /** No namespaces, no landlock: the system call filter refuses to open any file at all. Modules not loaded before cannot be imported. */
    SECCOMP_NO_FILES,
    /** Limits only: no protection of the machine. Refused without an explicit permission. */
    RLIMITS_ONLY;

    /** The word of configurations and records, such as {@code seccomp-no-files}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * The level of a word.
     *
     * @throws IllegalArgumentException if there is no such level
     */
    public static IsolationLevel of(String word) {
        for (IsolationLevel level : values()) {
            if (level.word().equals(word)) {
                return level;
            }
        }
        throw new IllegalArgumentException("sandbox must be auto or one of "
                + Arrays.stream(values()).map(IsolationLevel::word).toList() + ", was " + word);
    }
}
