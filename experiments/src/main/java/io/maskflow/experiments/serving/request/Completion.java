package io.maskflow.experiments.serving.request;

import io.maskflow.decoder.Decoder;
import java.util.List;

/**
 * A request as it was understood: prompts as tokens, everything checked.
 *
 * @param chat whether it is answered in the shape of a chat
 * @param model name of the decoder that was asked for
 * @param decoder that decodes it
 * @param prompts at least one
 * @param echoed text that each answer starts with, one per prompt; empty texts unless {@code echo} was asked for
 * @param length response positions
 * @param steps most model calls
 * @param seed of random draws
 * @param n samples per prompt
 * @param stops texts that end an answer
 * @param stream whether it is answered by events
 * @param streamUsage whether the stream ends with an event of usage
 * @param trace whether the stream holds an event per step
 */
public record Completion(
        boolean chat,
        String model,
        Decoder decoder,
        List<int[]> prompts,
        List<String> echoed,
        int length,
        int steps,
        long seed,
        int n,
        List<String> stops,
        boolean stream,
        boolean streamUsage,
        boolean trace) {

    /** Answers that it gets. */
    public int choices() {
        return prompts.size() * n;
    }

    /** Tokens of all prompts together. */
    public int promptTokens() {
        return prompts.stream().mapToInt(prompt -> prompt.length).sum();
    }
}
