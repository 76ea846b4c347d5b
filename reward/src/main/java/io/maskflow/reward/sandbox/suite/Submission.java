package io.maskflow.reward.sandbox.suite;

import java.util.Objects;

/**
 * A program and the tests it is to be judged by.
 *
 * @param id a name for messages
 * @param code Python source, as it stands
 */
public record Submission(String id, String code, TestSuite tests) {
    public Submission {
        Objects.requireNonNull(id, "id");
        Objects.requireNonNull(code, "code");
        Objects.requireNonNull(tests, "tests");
    }
}
