package io.maskflow.experiments.serving.request;

import java.util.OptionalDouble;

/**
 * What a request changes about a decoder.
 *
 * @param temperature of drawn tokens; 0 takes the most probable one
 * @param topP share of the distribution that tokens are drawn from
 * @param price dial of a policy that has one
 */
public record Sampling(OptionalDouble temperature, OptionalDouble topP, OptionalDouble price) {}
