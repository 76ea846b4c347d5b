package io.maskflow.reward.sandbox;

import java.io.Serializable;

/**
 * What one assert may use. The CPU limit decides in the normal case, the wall limit only stops what sleeps: a verdict must not
 * depend on the load of the machine.
 *
 * @param cpuSeconds CPU seconds, 1 to 600; the kernel ends the process there
 * @param wallSeconds wall seconds, (0, 3600]; a program that is still computing may run on to its CPU limit
 * @param memoryMiB address space in MiB, 64 to 65536
 */
public record SandboxLimits(int cpuSeconds, double wallSeconds, int memoryMiB) implements Serializable {
    /** For grading: every MBPP reference passes, also task 123 with 2.2 to 4.4 seconds of CPU by machine and load. */
    public static final SandboxLimits DEFAULT = new SandboxLimits(8, 16, 512);

    /** For training, where endless programs are common and their time is the trainer's. */
    public static final SandboxLimits QUICK = new SandboxLimits(2, 6, 512);

    public SandboxLimits {
        require(cpuSeconds >= 1 && cpuSeconds <= 600, "cpuSeconds must lie in [1, 600], was " + cpuSeconds);
        require(wallSeconds > 0 && wallSeconds <= 3600, "wallSeconds must lie in (0, 3600], was " + wallSeconds);
        require(memoryMiB >= 64 && memoryMiB <= 65536, "memoryMiB must lie in [64, 65536], was " + memoryMiB);
    }

    private static void require(boolean ok, String message) {
        if (!ok) {
            throw new IllegalArgumentException(message);
        }
    }
}
