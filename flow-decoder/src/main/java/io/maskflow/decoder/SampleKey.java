package io.maskflow.decoder;

import java.io.Serializable;

/**
 * Who a response is: the identity that every random draw made for it depends on, and nothing else.
 *
 * @param runSeed seed of the run
 * @param step training step (0 in an evaluation)
 * @param prompt stable number of the prompt (its place in the problem file, never its place in a batch)
 * @param sample which of the {@code G} responses to that prompt
 */
public record SampleKey(long runSeed, long step, long prompt, long sample) implements Serializable {}
