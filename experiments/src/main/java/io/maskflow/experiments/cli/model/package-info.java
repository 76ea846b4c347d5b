/**
 * Commands on one model, policy or answer: generate, serve, replay, export, inspect, merge, grade.
 */
package io.maskflow.experiments.cli.model;
