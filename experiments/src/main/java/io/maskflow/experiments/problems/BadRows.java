package io.maskflow.experiments.problems;

/** What becomes of a row of a problem file that cannot be read. */
public enum BadRows {
    /** The command ends and names file and line. */
    STOP,
    /** The row is left out; a warning names file and line. */
    SKIP
}
