package io.maskflow.rollout.spark;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;

/**
 * How a task ended: with a value, or after its last attempt with a failure, which so reaches the caller as it was thrown and
 * not as the text of a remote stack.
 *
 * @param value what the task gave; null after a failure
 * @param failure what it threw; null otherwise
 */
record Outcome<R>(R value, RuntimeException failure) implements Serializable {

    static <R> Outcome<R> of(R value) {
        return new Outcome<>(value, null);
    }

    static <R> Outcome<R> failed(RuntimeException failure) {
        return new Outcome<>(null, portable(failure));
    }

    /** The failure itself, or where it cannot be sent one with the same words. */
    private static RuntimeException portable(RuntimeException failure) {
        try (ObjectOutputStream out = new ObjectOutputStream(new ByteArrayOutputStream())) {
            out.writeObject(failure);
            return failure;
        } catch (IOException | RuntimeException cannotBeSent) {
            return new IllegalStateException(failure.toString());
        }
    }
}
