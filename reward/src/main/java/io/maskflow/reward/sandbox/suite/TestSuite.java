package io.maskflow.reward.sandbox.suite;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;

/**
 * The trusted side of a problem: what only the judge may see.
 *
 * @param asserts test items, each one or more lines of Python around at least one assert; empty if {@code program} is given
 * @param setup code that runs beside the candidate; its imports, classes and functions, and values that no test reads, go to the sandbox
 * @param setupOrder whether {@code setup} runs before or after the candidate's code
 * @param entryPoints names that belong to the candidate, beyond what the tests and the reference show
 * @param reference a trusted solution, or empty; only its top-level names are used
 * @param program a test program in place of asserts, such as one that defines {@code check(candidate)}; or empty
 * @param entryPoint the function that {@code check} is called with; empty if the program calls the candidate itself
 * @param pairs inputs and outputs in place of asserts, or none; with an entry point they are arguments and values of that function
 * @param prelude code whose definitions the program may use (the HumanEval prompt with its helper functions); or empty
 */
public record TestSuite(
        List<String> asserts,
        String setup,
        SetupOrder setupOrder,
        List<String> entryPoints,
        String reference,
        String program,
        String entryPoint,
        String prelude,
        InputOutput pairs)
        implements Serializable {
    /** When the set-up runs. MBPP needs {@code CODE_FIRST}: its set-up uses classes that the solution defines. */
    public enum SetupOrder {
        CODE_FIRST,
        SETUP_FIRST
    }

    public TestSuite {
        asserts = List.copyOf(asserts);
        entryPoints = List.copyOf(entryPoints);
        Objects.requireNonNull(setup, "setup");
        Objects.requireNonNull(setupOrder, "setupOrder");
        Objects.requireNonNull(reference, "reference");
        Objects.requireNonNull(program, "program");
        Objects.requireNonNull(entryPoint, "entryPoint");
        Objects.requireNonNull(prelude, "prelude");
        Objects.requireNonNull(pairs, "pairs");
        int kinds = (asserts.isEmpty() ? 0 : 1) + (program.isEmpty() ? 0 : 1) + (pairs.isEmpty() ? 0 : 1);
        if (kinds != 1) {
            throw new IllegalArgumentException(
                    "a problem needs asserts, a test program, or inputs and outputs: one of the three");
        }
    }

    /** Asserts or a test program. */
    public TestSuite(
            List<String> asserts,
            String setup,
            SetupOrder setupOrder,
            List<String> entryPoints,
            String reference,
            String program,
            String entryPoint,
            String prelude) {
        this(asserts, setup, setupOrder, entryPoints, reference, program, entryPoint, prelude, InputOutput.NONE);
    }

    /**
     * Inputs and outputs.
     *
     * @param function the function under test, whose arguments and values are JSON; empty for a script that reads and prints text
     */
    public static TestSuite of(InputOutput pairs, String function) {
        return new TestSuite(List.of(), "", SetupOrder.CODE_FIRST, List.of(), "", "", function, "", pairs);
    }

    /** Is the program run as a script that reads its input and prints its answer? */
    public boolean isScript() {
        return !pairs.isEmpty() && entryPoint.isEmpty();
    }

    /** Asserts without set-up or further knowledge. */
    public static TestSuite of(List<String> asserts) {
        return new TestSuite(asserts, "", SetupOrder.CODE_FIRST, List.of(), "", "", "", "");
    }

    /** Asserts with set-up code. */
    public static TestSuite of(List<String> asserts, String setup, SetupOrder order) {
        return new TestSuite(asserts, setup, order, List.of(), "", "", "", "");
    }

    /** A test program that defines {@code check(candidate)}, or calls the entry point itself. */
    public static TestSuite program(String program, String entryPoint, String prelude) {
        List<String> names = entryPoint.isEmpty() ? List.of() : List.of(entryPoint);
        return new TestSuite(List.of(), "", SetupOrder.CODE_FIRST, names, "", program, entryPoint, prelude);
    }

    /** The same with a trusted solution, whose names then belong to the candidate. */
    public TestSuite withReference(String code) {
        return new TestSuite(asserts, setup, setupOrder, entryPoints, code, program, entryPoint, prelude, pairs);
    }

    /** The same with names that belong to the candidate. */
    public TestSuite withEntryPoints(List<String> names) {
        return new TestSuite(asserts, setup, setupOrder, names, reference, program, entryPoint, prelude, pairs);
    }
}
