/**
 * The terminal of a run: its line of progress, and how it is asked to stop.
 */
package io.maskflow.experiments.console;
