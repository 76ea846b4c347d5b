package io.maskflow.experiments.decoding.step;

/**
 * {@code {seed}} in the name of a file or folder: it stands for the seed of an evaluation, so that what was trained with
 * several seeds is one row of the table.
 */
public final class SeedInName {

    private static final String SEED = "{seed}";

    private SeedInName() {}

    /** Whether a name depends on the seed. */
    public static boolean in(String name) {
        return name.contains(SEED);
    }

    /** The name with a seed filled in. */
    public static String fill(String name, long seed) {
        return name.replace(SEED, Long.toString(seed));
    }
}
