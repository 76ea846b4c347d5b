/**
 * The public data sets: where they are, what their licences are, and how they come onto this disk. Start at
 * {@link io.maskflow.experiments.datasets.PublicDataSets}, the table; {@link io.maskflow.experiments.datasets.Download} fetches.
 *
 * <p>What a file means is known to {@code io.maskflow.reward.problem}; here a file is bytes with a fingerprint.
 */
package io.maskflow.experiments.datasets;
