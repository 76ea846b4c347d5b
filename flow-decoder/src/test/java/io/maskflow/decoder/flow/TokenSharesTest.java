package io.maskflow.decoder.flow;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TokenSharesTest {

    /** {@code .6 of 7}, then half towards 9: .3 and .5; then .1 towards 7: .37 and .45; then .2 more: .496 and .36. */
    @Test
    void theLastPredictionNeedNotBeTheHeaviest() {
        TokenShares shares = new TokenShares(2);
        shares.move(1, 7, .6);
        shares.move(1, 9, .5);
        assertThat(shares.heaviest(1)).isEqualTo(9);
        shares.move(1, 7, .1);
        assertThat(shares.heaviest(1))
                .as("9 still holds more, though 7 was predicted last")
                .isEqualTo(9);
        shares.move(1, 7, .2);
        assertThat(shares.heaviest(1)).isEqualTo(7);
    }

    @Test
    void aReEditForgetsWhatWasThere() {
        TokenShares shares = new TokenShares(1);
        shares.move(0, 7, .9);
        shares.set(0, 3, .2);
        assertThat(shares.heaviest(0)).isEqualTo(3);
    }

    @Test
    void ofEqualsTheLowestToken() {
        TokenShares shares = new TokenShares(1);
        shares.move(0, 7, .5);
        shares.move(0, 3, .25);
        shares.move(0, 3, 0);
        shares.set(0, 5, 0);
        shares.move(0, 4, 0);
        assertThat(shares.heaviest(0)).isEqualTo(4);
    }
}
