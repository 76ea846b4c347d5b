package io.maskflow.experiments.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.experiments.run.ResultsLog.Result;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HeadlineTest {

    private static List<Result> solving(String decoder, int calls, int solved) {
        List<Result> answers = new ArrayList<>();
        for (int problem = 0; problem < 20; problem++) {
            boolean passed = problem < solved;
            answers.add(new Result(
                    Integer.toString(problem),
                    decoder,
                    "1/4",
                    0,
                    calls,
                    20,
                    0.1,
                    passed ? "passed" : "failed",
                    passed ? 1.0 : 0.0,
                    passed,
                    ""));
        }
        return answers;
    }

    /** The dear rule solves all but needs more calls; the policy beside it is not made by hand. */
    @Test
    void atABudgetTheBestHandMadeDecoderWithNoMoreCallsIsTheBar() {
        List<Result> answers = new ArrayList<>(solving("rule", 12, 12));
        answers.addAll(solving("weak", 12, 3));
        answers.addAll(solving("dear", 20, 20));
        answers.addAll(solving("learned", 12, 2));
        answers.addAll(solving("imitation", 12, 19));
        Summary summary = Summary.of(answers, 48).withRoles("learned", List.of("rule", "weak", "dear"));

        Headline.Line line = Headline.of(summary).lines().get(0);
        assertThat(line.at()).isEqualTo("budget 1/4");
        assertThat(line.best()).isEqualTo("rule");
        assertThat(line.difference())
                .as("learned less rule, though rule is the first of the pair")
                .isEqualTo(-.5);
        assertThat(line.interval().high()).isNegative();
        assertThat(line.verdict()).isEqualTo("behind");
        assertThat(Headline.of(summary).sentence()).isEqualTo("behind at budget 1/4");
    }

    @Test
    void withoutALearnedDecoderNothingIsSaid() {
        Summary summary = Summary.of(solving("rule", 12, 12), 48).withRoles("", List.of("rule"));
        assertThat(Headline.of(summary).lines()).isEmpty();
    }
}
