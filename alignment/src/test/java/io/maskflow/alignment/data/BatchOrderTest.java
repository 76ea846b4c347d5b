package io.maskflow.alignment.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchOrderTest {

    /** Example i has the answer i and a prompt of (7 i mod 40) + 1 tokens. */
    private static final TrainingExamples NUMBERED =
            index -> new TrainingExample(new int[(int) (7 * index % 40) + 1], new int[] {(int) index});

    private static Set<Integer> answers(BatchOrder order, long from, long to) {
        Set<Integer> answers = new HashSet<>();
        for (long batch = from; batch < to; batch++) {
            order.batch(batch).forEach(example -> answers.add(example.answerIds()[0]));
        }
        return answers;
    }

    @Test
    void fourBatchesHoldTheNextExamplesOnceEach() {
        BatchOrder order = new BatchOrder(NUMBERED, 8, 1);
        Set<Integer> second = answers(order, 4, 8);
        assertThat(second).hasSize(32).allMatch(i -> i >= 32 && i < 64);
    }

    @Test
    void anyBatchCanBeReadAlone() {
        BatchOrder straight = new BatchOrder(NUMBERED, 8, 1);
        answers(straight, 0, 9);
        List<TrainingExample> alone = new BatchOrder(NUMBERED, 8, 1).batch(9);
        assertThat(straight.batch(9).stream().map(e -> e.answerIds()[0]).toList())
                .isEqualTo(alone.stream().map(e -> e.answerIds()[0]).toList());
    }

    @Test
    void promptsOfABatchHaveSimilarLengths() {
        BatchOrder order = new BatchOrder(NUMBERED, 10, 1);
        for (long batch = 0; batch < 4; batch++) {
            var lengths = order.batch(batch).stream()
                    .mapToInt(example -> example.promptIds().length)
                    .summaryStatistics();
            assertThat(lengths.getMax() - lengths.getMin()).isEqualTo(9); // 40 lengths, once each, cut into four
        }
    }

    @Test
    void aFiniteSetIsReadPassByPass() {
        TrainingExamples repeated =
                TrainingExamples.repeated(List.of(NUMBERED.example(0), NUMBERED.example(1), NUMBERED.example(2)), 4);
        for (long pass = 0; pass < 5; pass++) {
            Set<Integer> seen = new HashSet<>();
            for (long i = 3 * pass; i < 3 * pass + 3; i++) {
                seen.add(repeated.example(i).answerIds()[0]);
            }
            assertThat(seen).containsExactlyInAnyOrder(0, 1, 2);
        }
        assertThatThrownBy(() -> TrainingExamples.repeated(List.of(), 0)).hasMessageContaining("no training examples");
    }
}
