package io.maskflow.experiments.serving;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.export.PythonWith;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import io.maskflow.reward.sandbox.process.SandboxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that others wrote. Skipped, by name, where Python has them not. */
class RealClientsTest {

    private static final int PROBLEMS = 8;

    @TempDir
    Path folder;

    private static Served served;

    @BeforeAll
    static void start() {
        served = new Served(Served.settings());
    }

    @AfterAll
    static void stop() {
        served.close();
    }

    private static String base() {
        return "http://127.0.0.1:" + served.server.port();
    }

    private static String script(String name) {
        return Path.of("src/test/resources/serving", name).toAbsolutePath().toString();
    }

    @Test
    void theOpenAiClientIsAtHome() throws Exception {
        String python = PythonWith.modules("THE OPENAI CLIENT", "openai");
        assertThat(PythonWith.run(1800, python, script("openai_client.py"), base(), served.prompt(0)))
                .startsWith("exit 0")
                .contains("agrees");
    }

    /** The share of problems that pass is the one that decoder and grader find without a server, for both of lm-eval's models. */
    @Test
    void lmEvalFindsTheScoreOfAnEvaluation() throws Exception {
        String python = PythonWith.modules("LM-EVAL", "lm_eval", "lm_eval.models.openai_completions", "datasets");
        List<Attempt> attempts = new ArrayList<>();
        for (int number = 0; number < PROBLEMS; number++) {
            attempts.add(served.encoder.attempt(
                    served.problems.get(number), served.alone("flow", served.prompt(number), 48, 12, 0)));
        }
        double passed;
        try (Grader grader = new Grader(GraderSettings.defaults())) {
            passed = Attempt.verdicts(grader, attempts).stream()
                    .filter(verdict -> verdict.passed())
                    .count();
        } catch (SandboxException none) {
            Assumptions.abort("LM-EVAL NOT TRIED: " + none.getMessage());
            return;
        }
        String said = PythonWith.run(
                600, python, script("lm_eval_client.py"), base(), folder.toString(), Integer.toString(PROBLEMS));
        assertThat(said).startsWith("exit 0");
        String scores = said.lines()
                .filter(line -> line.startsWith("lm-eval"))
                .findFirst()
                .orElseThrow();
        JsonNode json = Served.JSON.readTree(scores.substring(scores.indexOf('{')));
        assertThat(json.path("local-completions").doubleValue()).isEqualTo(passed / PROBLEMS);
        assertThat(json.path("local-chat-completions").doubleValue()).isEqualTo(passed / PROBLEMS);
        assertThat(passed).isBetween(1.0, PROBLEMS - 1.0); // a score that could have been missed
    }
}
