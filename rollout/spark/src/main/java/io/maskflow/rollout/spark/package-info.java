/**
 * Rollouts on an Apache Spark cluster, where one machine is too small.
 *
 * <p>Start at {@link io.maskflow.rollout.spark.SparkFleet}: the same two methods as threads of one JVM, as jobs of a cluster.
 * {@link io.maskflow.rollout.spark.BackbonePlugin} loads the base model when an executor starts, before it is given a task.
 * The module is found by its name ({@code fleet.type: spark}) and is on the class path only when that is asked for;
 * {@code docs/CLUSTER.md} says how to run it.
 *
 * <p>Never here: what a task does. No remote calls, scheduler or retry of our own; sums are made by the caller, in order,
 * from collected results, never in a tree of the engine's choosing.
 */
package io.maskflow.rollout.spark;
