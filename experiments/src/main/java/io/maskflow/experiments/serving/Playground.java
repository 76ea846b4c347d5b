package io.maskflow.experiments.serving;

import io.maskflow.experiments.pages.LivePage;
import io.maskflow.experiments.problems.PromptEncoder;
import io.maskflow.experiments.serving.request.Fields;
import io.maskflow.experiments.serving.request.Refusal;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.process.SandboxException;
import io.maskflow.reward.sandbox.suite.Verdict;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * What the page at {@code /} needs beside answers: problems to pick from, and verdicts for what was answered. Programs run in
 * the grader's sandbox, which is opened when the first verdict is asked for.
 */
public final class Playground implements AutoCloseable {

    private static final int MOST_AT_ONCE = 8;

    private final Map<String, Problem> problems = new LinkedHashMap<>();
    private final PromptEncoder encoder;
    private final GraderSettings settings;
    private final byte[] page;
    private final Semaphore turns = new Semaphore(MOST_AT_ONCE);
    private Optional<Grader> grader = Optional.empty();

    /**
     * A page and what stands behind it.
     *
     * @param problems to pick from
     * @param encoder makes prompts of them and programs of answers
     * @param settings of the sandbox
     * @param facts what the page is told of the server: decoders, lengths, budget, whether there is a key
     */
    public Playground(
            List<? extends Problem> problems,
            PromptEncoder encoder,
            GraderSettings settings,
            Map<String, Object> facts) {
        problems.forEach(problem -> this.problems.put(problem.id(), problem));
        this.encoder = encoder;
        this.settings = settings;
        this.page = LivePage.of(facts).getBytes(StandardCharsets.UTF_8);
    }

    byte[] page() {
        return page;
    }

    /** Id and prompt of each. */
    List<Map<String, String>> problems() {
        List<Map<String, String>> list = new ArrayList<>();
        problems.forEach((id, problem) -> list.add(Map.of("id", id, "prompt", encoder.prompt(problem))));
        return list;
    }

    /**
     * Asks for a verdict.
     *
     * @param body names the problem and holds the answer's text
     * @param then gets the verdict, later and from another thread
     * @param otherwise gets a refusal
     */
    void verdict(byte[] body, Consumer<Map<String, Object>> then, Consumer<Refusal> otherwise) {
        Fields fields = Fields.of(body);
        fields.only(Set.of("problem", "answer"));
        Problem problem = problems.get(fields.text("problem"));
        if (problem == null) {
            throw Refusal.field("problem", "problem must be the id of one of this server's problems");
        }
        String answer = fields.text("answer");
        if (!turns.tryAcquire()) {
            throw Refusal.of(429, "too_many_requests", "too many verdicts are asked for; try again in a moment");
        }
        try {
            encoder.attempt(problem, answer).verdict(grader()).whenComplete((verdict, failure) -> {
                turns.release();
                if (failure != null) {
                    otherwise.accept(Refusal.of(500, "no_verdict", "the grader failed"));
                } else {
                    then.accept(json(verdict));
                }
            });
        } catch (SandboxException none) {
            turns.release();
            then.accept(json(Verdict.none(none.getMessage())));
        } catch (RuntimeException failure) {
            turns.release();
            throw failure;
        }
    }

    private static Map<String, Object> json(Verdict verdict) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("verdict", verdict.kind().word());
        json.put("tests", verdict.tests().stream().map(kind -> kind.word()).toList());
        json.put("note", verdict.note());
        return json;
    }

    private synchronized Grader grader() {
        if (grader.isEmpty()) {
            grader = Optional.of(new Grader(settings));
        }
        return grader.get();
    }

    @Override
    public synchronized void close() {
        grader.ifPresent(Grader::close);
    }
}
