package io.maskflow.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InProcessFleetTest {

    /** A backbone that only knows whether it was closed. */
    private static final class Idle implements MaskPredictor {
        private final AtomicInteger closed;

        Idle(AtomicInteger closed) {
            this.closed = closed;
        }

        @Override
        public BackboneInfo info() {
            return new BackboneInfo("idle", "llada", 4, 2, 2, 1, Set.of(1), 0, 8, false, AttentionRule.FULL);
        }

        @Override
        public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule attention) {
            throw new IllegalStateException("this test decodes nothing");
        }

        @Override
        public void close() {
            closed.incrementAndGet();
        }
    }

    private final AtomicInteger closed = new AtomicInteger();

    @Test
    void resultsComeInInputOrderWhateverTaskEndsFirst() {
        List<Integer> arguments = IntStream.range(0, 40).boxed().toList();
        try (Fleet fleet = new InProcessFleet(3, () -> new Idle(closed))) {
            List<Integer> squares = fleet.map(arguments, (backbone, n) -> {
                pause(n % 3);
                return n * n;
            });
            assertThat(squares).isEqualTo(arguments.stream().map(n -> n * n).toList());
        }
        assertThat(closed).hasValue(3);
    }

    @Test
    void whatIsHeldIsMadeOnceAndLetGoWhenItIsClosed() {
        AtomicInteger made = new AtomicInteger();
        List<Integer> told = new CopyOnWriteArrayList<>();
        try (Fleet fleet = new InProcessFleet(2, () -> new Idle(closed))) {
            Fleet.Held<Integer> held = fleet.hold(List.of(3, 1, 2), (backbone, n) -> {
                made.incrementAndGet();
                return 10 * n;
            });
            assertThat(held.map(List.of(1, 2, 3), Integer::sum, (n, sum) -> told.add(n)))
                    .containsExactly(31, 12, 23);
            assertThat(held.map(List.of(0, 0, 0), Integer::sum)).containsExactly(30, 10, 20);
            assertThat(made).hasValue(3);
            assertThat(told).containsExactlyInAnyOrder(1, 2, 3);
            assertThatThrownBy(() -> held.map(List.of(1), Integer::sum))
                    .hasMessage("3 results are held, 1 arguments were given");
            held.close();
            held.map(List.of(0, 0, 0), Integer::sum);
            assertThat(made).hasValue(6);
        }
    }

    @Test
    void eachWorkerIsOnADeviceOfItsOwn() {
        List<String> opened = new CopyOnWriteArrayList<>();
        try (Fleet fleet = InProcessFleet.on(List.of("gpu:0", "gpu:1", "gpu:0"), device -> {
            opened.add(device);
            return new Idle(closed);
        })) {
            assertThat(fleet.workers()).isEqualTo(3);
        }
        assertThat(opened).containsExactly("gpu:0", "gpu:1", "gpu:0");
    }

    @Test
    void noTwoTasksHoldOneBackboneAtATime() {
        Set<MaskPredictor> inUse = ConcurrentHashMap.newKeySet();
        AtomicInteger clashes = new AtomicInteger();
        try (Fleet fleet = new InProcessFleet(4, () -> new Idle(closed))) {
            fleet.map(IntStream.range(0, 60).boxed().toList(), (backbone, n) -> {
                if (!inUse.add(backbone)) {
                    clashes.incrementAndGet();
                }
                pause(1);
                inUse.remove(backbone);
                return n;
            });
        }
        assertThat(clashes).hasValue(0);
    }

    @Test
    void theFirstFailureInInputOrderIsThrownAfterAllRunningTasksEnded() {
        AtomicInteger running = new AtomicInteger();
        CountDownLatch bothRun = new CountDownLatch(2); // a task that has not begun when another fails never does
        CountDownLatch secondFailed = new CountDownLatch(1);
        try (Fleet fleet = new InProcessFleet(2, () -> new Idle(closed))) {
            assertThatThrownBy(() -> fleet.map(List.of(0, 1), (backbone, n) -> {
                        running.incrementAndGet();
                        bothRun.countDown();
                        try {
                            await(bothRun);
                            if (n == 0) {
                                await(secondFailed);
                                throw new IllegalStateException("task 0");
                            }
                            secondFailed.countDown();
                            throw new IllegalStateException("task 1");
                        } finally {
                            running.decrementAndGet();
                        }
                    }))
                    .hasMessage("task 0");
            assertThat(running).hasValue(0);
            assertThat(fleet.map(List.of(7), (backbone, n) -> n)).containsExactly(7);
        }
    }

    @Test
    void aBackboneThatCannotBeOpenedClosesThoseBeforeIt() {
        AtomicInteger opened = new AtomicInteger();
        assertThatThrownBy(() -> new InProcessFleet(3, () -> {
                    if (opened.incrementAndGet() == 3) {
                        throw new IllegalStateException("no memory");
                    }
                    return new Idle(closed);
                }))
                .hasMessage("no memory");
        assertThat(closed).hasValue(2);
    }

    private static void pause(int milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(10, TimeUnit.SECONDS)) {
                throw new IllegalStateException("the other task never failed");
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
