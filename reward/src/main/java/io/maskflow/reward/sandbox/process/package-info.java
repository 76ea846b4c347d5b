/**
 * Processes and containers, the Python that runs in them, and how bytes reach them: a {@link io.maskflow.reward.sandbox.process.Channel} is
 * one process that answers frame by frame until it is destroyed.
 *
 * <p>For package {@code sandbox} alone. Never here: what is asked, and what an answer is worth.
 */
package io.maskflow.reward.sandbox.process;
