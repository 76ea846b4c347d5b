package io.maskflow.reward;

import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.suite.Submission;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

/** What a model made of a problem, ready for its verdict: a program to be run, or an answer that is judged already. */
public sealed interface Attempt permits Attempt.Program, Attempt.Answer {

    /** The verdict, possibly later; the future always ends with one. */
    CompletableFuture<Verdict> verdict(Grader grader);

    /**
     * The verdicts of many attempts; programs are graded in parallel.
     *
     * @return in the order of the attempts
     */
    static List<Verdict> verdicts(Grader grader, List<Attempt> attempts) {
        List<CompletableFuture<Verdict>> verdicts =
                attempts.stream().map(attempt -> attempt.verdict(grader)).toList();
        return verdicts.stream().map(CompletableFuture::join).toList();
    }

    /** A program and its tests. */
    record Program(Submission submission) implements Attempt {
        public Program {
            Objects.requireNonNull(submission, "submission");
        }

        @Override
        public CompletableFuture<Verdict> verdict(Grader grader) {
            return grader.submit(submission);
        }
    }

    /** An answer that needs no sandbox. */
    record Answer(Verdict judged) implements Attempt {
        public Answer {
            Objects.requireNonNull(judged, "judged");
        }

        @Override
        public CompletableFuture<Verdict> verdict(Grader grader) {
            return CompletableFuture.completedFuture(judged);
        }
    }
}
