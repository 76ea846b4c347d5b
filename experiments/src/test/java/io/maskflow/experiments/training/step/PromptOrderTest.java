package io.maskflow.experiments.training.step;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PromptOrderTest {

    private static PromptOrder fresh(int problems) {
        return new PromptOrder(7, problems, 0, PromptOrder.State.START);
    }

    @Test
    void everyProblemComesOncePerPassAndPassesDiffer() {
        PromptOrder order = fresh(10);
        List<Integer> first = new ArrayList<>();
        List<Integer> second = new ArrayList<>();
        for (int step = 0; step < 2; step++) {
            Arrays.stream(order.next(step, new int[5])).forEach(first::add);
        }
        for (int step = 2; step < 4; step++) {
            Arrays.stream(order.next(step, new int[5])).forEach(second::add);
        }
        Integer[] all = IntStream.range(0, 10).boxed().toArray(Integer[]::new);
        assertThat(first).containsExactlyInAnyOrder(all).isNotEqualTo(second);
        assertThat(second).containsExactlyInAnyOrder(all);
    }

    /** Four problems learned by heart: sixteen places hold each of them four times, in every step. */
    @Test
    void fewerProblemsThanPlacesComeEquallyOften() {
        PromptOrder order = fresh(4);
        for (int step = 0; step < 3; step++) {
            int[] prompts = order.next(step, new int[16]);
            for (int problem = 0; problem < 4; problem++) {
                int wanted = problem;
                assertThat(Arrays.stream(prompts).filter(p -> p == wanted).count())
                        .isEqualTo(4);
            }
        }
        assertThat(fresh(1).next(0, new int[3])).containsExactly(0, 0, 0);
        assertThat(fresh(3).next(0, new int[4])).contains(0, 1, 2);
    }

    @Test
    void aResumedOrderGoesOnAsTheUnbrokenOne() {
        PromptOrder unbroken = new PromptOrder(7, 100, 0.5, PromptOrder.State.START);
        PromptOrder before = new PromptOrder(7, 100, 0.5, PromptOrder.State.START);
        for (int step = 0; step < 20; step++) {
            mark(unbroken, unbroken.next(step, new int[8]));
            mark(before, before.next(step, new int[8]));
        }
        PromptOrder resumed = new PromptOrder(7, 100, 0.5, before.state());
        for (int step = 20; step < 40; step++) {
            int[] expected = unbroken.next(step, new int[8]);
            assertThat(resumed.next(step, new int[8])).isEqualTo(expected);
            mark(unbroken, expected);
            mark(resumed, expected);
        }
    }

    private static void mark(PromptOrder order, int[] prompts) {
        for (int prompt : prompts) {
            order.learned(prompt, 0, prompt % 2 == 0);
        }
    }

    @Test
    void informativeProblemsComeAgainAboutAsOftenAsAskedAndNeverTwiceInAStep() {
        PromptOrder order = new PromptOrder(3, 1000, 0.5, PromptOrder.State.START);
        for (int problem = 0; problem < 40; problem++) {
            order.learned(problem, 0, true);
        }
        long replayed = 0;
        for (int step = 0; step < 200; step++) {
            int[] prompts = order.next(step, new int[8]);
            assertThat(prompts).doesNotHaveDuplicates();
            replayed += Arrays.stream(prompts).filter(p -> p < 40).count();
        }
        // 1,600 places, half of them replayed less those whose draw was taken already (a few of 100), plus 4 % of the
        // fresh ones: about 790; five standard deviations are 100.
        assertThat(replayed).isBetween(650L, 900L);
    }

    @Test
    void aProblemComesAgainForTheBudgetItWasInformativeAt() {
        PromptOrder order = new PromptOrder(3, 1000, 0.9, PromptOrder.State.START);
        for (int problem = 0; problem < 40; problem++) {
            order.learned(problem, 1, true);
        }
        int[] replayed = new int[2];
        for (int step = 0; step < 50; step++) {
            int[] prompts = order.next(step, new int[] {0, 1});
            replayed[0] += prompts[0] < 40 ? 1 : 0;
            replayed[1] += prompts[1] < 40 ? 1 : 0;
        }
        // Of 50 places: 4 % of the fresh draws by chance (2 expected), against 90 % replayed (45 expected).
        assertThat(replayed[0]).isLessThan(10);
        assertThat(replayed[1]).isGreaterThan(35);
    }

    @Test
    void withFewerProblemsThanPlacesSomeComeTwice() {
        assertThat(fresh(3).next(0, new int[5])).hasSize(5).contains(0, 1, 2);
    }
}
