/**
 * What a run will cost, before it starts: counted from its settings, measured on a few decodings.
 */
package io.maskflow.experiments.training.forecast;
