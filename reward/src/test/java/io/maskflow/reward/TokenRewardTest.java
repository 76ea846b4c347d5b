package io.maskflow.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.reward.sandbox.Verdict;
import org.junit.jupiter.api.Test;

class TokenRewardTest {
    @Test
    void taskTermIsBroadcastAndCompletionTermIsPerToken() {
        // R_i = 2/3 + 0.1 t_i
        TokenReward reward = new TokenReward(TaskReward.passRate(), new CompletionReward(0.1));
        double[] r = reward.of(new PassRate(2, 3), new double[] {0, 0.5, 1});
        assertThat(r).containsExactly(new double[] {2 / 3.0, 2 / 3.0 + 0.05, 2 / 3.0 + 0.1}, within(1e-15));
    }

    @Test
    void anOutageIsNoZero() {
        assertThatThrownBy(() -> PassRate.of(Verdict.none("engine gone"))).hasMessageContaining("engine gone");
    }

    @Test
    void progressOutsideTheUnitIntervalIsRefused() {
        assertThatThrownBy(() -> new CompletionReward(1).of(1.01)).hasMessageContaining("[0, 1]");
        assertThatThrownBy(() -> new CompletionReward(-1)).hasMessageContaining("lambda");
    }
}
