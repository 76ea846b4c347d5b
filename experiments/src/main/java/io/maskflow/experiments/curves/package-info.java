/**
 * Accuracy against model calls: what a decoder reaches at every value of its dial, and what decoders reach at equal calls.
 *
 * <p>{@link io.maskflow.experiments.curves.DialGrid} holds the answers of one decoder,
 * {@link io.maskflow.experiments.curves.CallCurve} is the curve through its points,
 * {@link io.maskflow.experiments.curves.EqualCalls} compares decoders whose dials were chosen on other problems. The formulas
 * with an example of each stand in {@code docs/STATISTICS.md}.
 *
 * <p>What never belongs here: files, printing, how an answer came about.
 */
package io.maskflow.experiments.curves;
