/**
 * Golden cases made by other implementations, run against ours: the command {@code conformance}.
 *
 * <p>Start at {@link io.maskflow.experiments.conformance.Conformance}; each
 * {@link io.maskflow.experiments.conformance.ConformanceGroup} reads one file or folder of the fixtures. Never here:
 * expected values of our own making.
 */
package io.maskflow.experiments.conformance;
