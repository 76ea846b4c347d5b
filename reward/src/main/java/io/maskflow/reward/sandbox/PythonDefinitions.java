package io.maskflow.reward.sandbox;

import io.maskflow.reward.sandbox.process.BrokenException;
import io.maskflow.reward.sandbox.process.PythonRuntime;

/**
 * Cuts a program out of an answer that is more than a program, with Python's own parser. The text is parsed, never run, in a process
 * of its own that ends with this JVM.
 */
public final class PythonDefinitions {
    private static Judge reader;

    private PythonDefinitions() {}

    /**
     * The imports and the definitions that an entry point reaches by name, of the longest run of lines that parses. Functions without
     * a return are left out.
     *
     * @param text an answer
     * @param entryPoint a function, or empty to keep all definitions
     * @param firstWins whether the first definition of a name is kept, else the last
     * @param lines how many lines are looked at, 0 for all
     * @return the reduced program; the text itself if it cannot be reduced
     */
    public static synchronized String of(String text, String entryPoint, boolean firstWins, int lines) {
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                if (reader == null) {
                    reader = new Judge(PythonRuntime.find(""));
                }
                String reduced = reader.definitions(text, entryPoint, firstWins, lines);
                return reduced == null ? text : reduced;
            } catch (BrokenException e) {
                if (reader != null) {
                    reader.close();
                }
                reader = null;
            }
        }
        return text;
    }
}
