package io.maskflow.decoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BlockScheduleTest {

    @Test
    void blocksCoverTheResponseAndStepsCoverTheBudget() {
        for (int n = 1; n <= 20; n++) {
            for (int b = 0; b <= n + 1; b++) {
                for (int t = 20; t <= 45; t += 5) {
                    BlockSchedule schedule = BlockSchedule.of(n, b, t);
                    int positions = 0;
                    int steps = 0;
                    for (int block = 0; block < schedule.blocks(); block++) {
                        assertThat(schedule.from(block)).isEqualTo(positions);
                        assertThat(schedule.firstStep(block)).isEqualTo(steps);
                        positions += schedule.length(block);
                        steps += schedule.steps(block);
                    }
                    assertThat(positions).isEqualTo(n);
                    assertThat(steps).isEqualTo(t);
                    assertThat(schedule.firstStep(schedule.blocks())).isEqualTo(t);
                }
            }
        }
    }

    @Test
    void theFirstBlocksGetOneStepMore() {
        BlockSchedule schedule = BlockSchedule.of(24, 8, 11);
        assertThat(new int[] {schedule.steps(0), schedule.steps(1), schedule.steps(2)})
                .containsExactly(4, 4, 3);
    }

    @Test
    void aBlockWithoutAStepIsRefused() {
        assertThatThrownBy(() -> BlockSchedule.of(24, 8, 2))
                .hasMessage("the budget must allow at least one step for each of the 3 blocks (responseLength 24,"
                        + " blockLength 8), was 2 steps");
    }

    @Test
    void alignedBlocksFollowThePromptAndTheLastIsFilledUp() {
        // 5 prompt tokens, 16 positions, blocks of 8: the text ends at 21, filled up to 24
        BlockSchedule schedule = BlockSchedule.aligned(5, 16, 8, 7);
        assertThat(schedule.responseLength()).isEqualTo(19);
        assertThat(schedule.blocks()).isEqualTo(3);
        assertThat(new int[] {schedule.from(0), schedule.from(1), schedule.from(2)})
                .containsExactly(0, 3, 11);
        assertThat(new int[] {schedule.length(0), schedule.length(1), schedule.length(2)})
                .containsExactly(3, 8, 8);
        assertThat(new int[] {schedule.steps(0), schedule.steps(1), schedule.steps(2)})
                .containsExactly(3, 2, 2);
        BlockSchedule even = BlockSchedule.aligned(8, 16, 8, 4);
        assertThat(even.responseLength()).isEqualTo(16);
        assertThat(even.blocks()).isEqualTo(2);
        assertThat(even.from(1)).isEqualTo(8);
        BlockSchedule one = BlockSchedule.aligned(3, 2, 32, 1);
        assertThat(one.responseLength()).isEqualTo(29);
        assertThat(one.blocks()).isEqualTo(1);
    }
}
