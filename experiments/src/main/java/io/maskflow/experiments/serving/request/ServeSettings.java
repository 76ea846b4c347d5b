package io.maskflow.experiments.serving.request;

import io.maskflow.decoder.DecodingBudget;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a server listens and what it takes.
 *
 * @param host address to listen at
 * @param port 0 for any free one
 * @param apiKey what {@code Authorization: Bearer} must say; empty for no key
 * @param workers copies of the model, each with a thread of its own, at least 1
 * @param maxRows responses that a worker decodes at once, at least 1
 * @param maxWaiting requests that may wait beside those being decoded; more are turned away with 429
 * @param maxBody bytes of a request's body
 * @param bodyTime for a body to arrive whole
 * @param maxStalled how long a client may take nothing of a stream
 * @param length response positions where a request does not say
 * @param maxLength most response positions; 0 for what the model takes
 * @param budget steps over response length where a request does not say
 */
public record ServeSettings(
        String host,
        int port,
        Optional<String> apiKey,
        int workers,
        int maxRows,
        int maxWaiting,
        int maxBody,
        Duration bodyTime,
        Duration maxStalled,
        int length,
        int maxLength,
        DecodingBudget budget) {

    /** Checks the ranges. */
    public ServeSettings {
        atLeast("workers", workers, 1);
        atLeast("maxRows", maxRows, 1);
        atLeast("maxWaiting", maxWaiting, 1);
        atLeast("maxBody", maxBody, 1024);
        atLeast("length", length, 1);
        atLeast("maxLength", maxLength, 0);
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must lie in [0, 65535], was " + port);
        }
        if (apiKey.isPresent() && apiKey.get().isBlank()) {
            throw new IllegalArgumentException("the API key must not be blank");
        }
    }

    private static void atLeast(String name, int value, int least) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be at least " + least + ", was " + value);
        }
    }
}
