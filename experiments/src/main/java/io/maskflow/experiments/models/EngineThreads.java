package io.maskflow.experiments.models;

/**
 * Threads of the tensor engine. They can be chosen only before the engine starts, for the whole process.
 */
public final class EngineThreads {

    private static final String INTRA_OP = "ai.djl.pytorch.num_threads";
    private static final String INTER_OP = "ai.djl.pytorch.num_interop_threads";

    private EngineThreads() {}

    /**
     * Chooses the threads that one operation may use, unless the command line has chosen them.
     *
     * @param threads at least 1
     */
    public static void set(int threads) {
        if (System.getProperty(INTRA_OP) == null) {
            System.setProperty(INTRA_OP, Integer.toString(threads));
            System.setProperty(INTER_OP, "1");
        }
    }
}
