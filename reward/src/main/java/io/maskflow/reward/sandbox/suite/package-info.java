/**
 * What is submitted ({@link io.maskflow.reward.sandbox.suite.Submission}: a program and its {@link io.maskflow.reward.sandbox.suite.TestSuite}) and what
 * comes back ({@link io.maskflow.reward.sandbox.suite.Verdict}).
 */
package io.maskflow.reward.sandbox.suite;
