/**
 * The command line: {@link io.maskflow.experiments.cli.Main} and one class per command, in rooms by what they are for.
 *
 * <p>A command reads its options, puts together what it needs by {@code new}, calls one class of another package and
 * turns the outcome into an exit code: 0 done; 1 the run failed; 2 wrong usage or configuration; 3 the result fell short of
 * an asked threshold; 130 interrupted. A user's mistake is one line on the error stream, never a stack trace
 * ({@code --stacktrace} shows it).
 *
 * <p>What never belongs here: anything worth calling from elsewhere.
 */
package io.maskflow.experiments.cli;
