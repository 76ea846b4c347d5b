/**
 * Commands that check and measure this build: conformance, bench and its parts.
 */
package io.maskflow.experiments.cli.bench;
