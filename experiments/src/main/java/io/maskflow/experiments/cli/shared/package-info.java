/**
 * What commands have in common: where they print ({@link io.maskflow.experiments.cli.shared.Console}), how they end, options that several
 * take.
 */
package io.maskflow.experiments.cli.shared;
