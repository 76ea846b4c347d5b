/**
 * Commands about the place of work: doctor, data, init, completion.
 */
package io.maskflow.experiments.cli.machine;
