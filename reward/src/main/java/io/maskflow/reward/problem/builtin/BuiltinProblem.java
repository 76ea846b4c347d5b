package io.maskflow.reward.problem.builtin;

import java.util.List;

/**
 * A problem of the built-in world, with the fields of MBPP.
 *
 * @param taskId from 1, within its split
 * @param text the sentence that asks for a function
 * @param code a reference program, without a last line break
 * @param testList three asserts, the first of which a prompt shows
 * @param composition the composition's key
 */
public record BuiltinProblem(int taskId, String text, String code, List<String> testList, String composition) {

    /** Refuses an empty problem. */
    public BuiltinProblem {
        if (taskId < 1 || text.isBlank() || code.isBlank() || testList.isEmpty()) {
            throw new IllegalArgumentException("a problem needs an id of at least 1, a text, a program and an assert, "
                    + "was " + taskId + ", \"" + text + "\"");
        }
        testList = List.copyOf(testList);
    }
}
