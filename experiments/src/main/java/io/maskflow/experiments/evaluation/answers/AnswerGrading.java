package io.maskflow.experiments.evaluation.answers;

import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.models.BackboneChoice;
import io.maskflow.experiments.problems.GraderChoice;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.problems.PromptSettings;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * From response tokens to verdicts. In the process that made it, it uses the tokenizer and the grader it was given; sent to
 * another process it travels as settings, and tokenizer and sandbox are opened there, once per process and kept for its
 * life. So programs are graded on the machine where they were decoded.
 */
public final class AnswerGrading implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final Map<Settings, AnswerGrading> OPENED_HERE = new ConcurrentHashMap<>();

    private final Settings settings;
    private final transient PromptEncoder encoder;
    private final transient Grader grader;

    /** How it travels. */
    private record Settings(BackboneChoice backbone, PromptSettings prompt, GraderChoice grader)
            implements Serializable {

        private Object readResolve() {
            return OPENED_HERE.computeIfAbsent(this, Settings::open);
        }

        private AnswerGrading open() {
            Grader opened = new Grader(grader.settings());
            Tokenizer tokenizer = backbone.tokenizer();
            Runtime.getRuntime().addShutdownHook(new Thread(opened::close, "grader-close"));
            return new AnswerGrading(
                    backbone,
                    prompt,
                    grader,
                    new PromptEncoder(prompt, tokenizer, backbone.info().endIds(), backbone.folder()),
                    opened);
        }
    }

    /**
     * @param backbone whose tokens they are
     * @param prompt how an answer becomes a program
     * @param choice how programs are graded
     * @param encoder made of {@code prompt} and the backbone's tokenizer; stays the caller's
     * @param grader made of {@code choice}; stays the caller's
     */
    public AnswerGrading(
            BackboneChoice backbone, PromptSettings prompt, GraderChoice choice, PromptEncoder encoder, Grader grader) {
        this.settings = new Settings(backbone, prompt, choice);
        this.encoder = encoder;
        this.grader = grader;
    }

    private Object writeReplace() {
        return settings;
    }

    /** The response as text, cut at the first end token. */
    public String text(int[] responseIds) {
        return encoder.text(responseIds);
    }

    /**
     * Grades answers.
     *
     * @param problems one per answer
     * @param texts answers as text
     * @return one verdict per answer, in order
     */
    public List<Verdict> grade(List<? extends Problem> problems, List<String> texts) {
        List<Attempt> attempts = new ArrayList<>();
        for (int i = 0; i < texts.size(); i++) {
            attempts.add(encoder.attempt(problems.get(i), texts.get(i)));
        }
        return Attempt.verdicts(grader, attempts);
    }
}
