package io.maskflow.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CallPriceTest {

    @Test
    void twelveOfFortyEightCallsCostAQuarterOfThePrice() {
        // 1 - 0.4 * 12/48; 1 (1 - 0.4 * 12/48); ((48 - 12 + 1) / 48)^0.4
        assertThat(CallPrice.ADDITIVE.priced(1, 0.4, 12, 48)).isEqualTo(0.9, within(1e-15));
        assertThat(CallPrice.MULTIPLICATIVE.priced(1, 0.4, 12, 48)).isEqualTo(0.9, within(1e-15));
        assertThat(CallPrice.POWER.priced(1, 0.4, 12, 48)).isEqualTo(Math.pow(37 / 48.0, 0.4), within(1e-15));
    }

    @Test
    void aWrongAnswerPaysForItsCallsOnlyWhereThePriceIsAdded() {
        assertThat(CallPrice.ADDITIVE.priced(0, 0.4, 12, 48)).isEqualTo(-0.1, within(1e-15));
        assertThat(CallPrice.MULTIPLICATIVE.priced(0, 0.4, 12, 48)).isZero();
        assertThat(CallPrice.POWER.priced(0, 0.4, 12, 48)).isZero();
    }

    @Test
    void oneCallIsFreeInThePowerFormAndAllCallsLeaveTheNthPart() {
        assertThat(CallPrice.POWER.priced(1, 2, 1, 48)).isEqualTo(1);
        assertThat(CallPrice.POWER.priced(1, 1, 48, 48)).isEqualTo(1 / 48.0, within(1e-15));
    }
}
