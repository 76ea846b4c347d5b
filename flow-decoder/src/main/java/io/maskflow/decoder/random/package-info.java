/**
 * Random draws that depend on who they are for, and on nothing else: not on threads, batches, time or the order of
 * work. Start at {@link io.maskflow.decoder.random.RandomStreams}.
 */
package io.maskflow.decoder.random;
