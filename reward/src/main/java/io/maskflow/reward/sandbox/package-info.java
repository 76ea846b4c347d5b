/**
 * Runs programs that nobody trusts. Start at {@link io.maskflow.reward.sandbox.Grader}.
 *
 * <p>A fake pass is ruled out by data flow. The judge cuts the candidate's calls out of each assert; the sandbox receives the
 * calls, never the expected values; what comes back is a claim of a value that the judge compares with Python's own operators. The
 * candidate may own its whole process: all it can ever send is an answer.
 *
 * <p>Public: the grader, its settings and limits, and the probe of the isolation levels. Submissions, test suites and verdicts
 * are in {@code suite}, processes and what is sent to them in {@code process}. Nothing here knows where a problem comes from or what a reward is.
 */
package io.maskflow.reward.sandbox;
