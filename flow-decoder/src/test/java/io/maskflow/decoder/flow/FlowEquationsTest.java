package io.maskflow.decoder.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.SampleKey;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** XF Eqs. 3 to 10 and the two rules on numbers small enough to check by hand. */
class FlowEquationsTest {

    @Test
    void eq3MixesCleanAndMaskByProgress() {
        // 0.25 * (4, 8) + 0.75 * (0, -4) = (1, -1)
        assertThat(PlainEquations.between(new double[] {4, 8}, new double[] {0, -4}, 0.25))
                .containsExactly(1, -1);
    }

    @Test
    void eq5DividesTheRemainingWayByTheRemainingTime() {
        // ((3, 1) - (1, 1)) / (1 - 0.5) = (4, 0)
        assertThat(PlainEquations.velocity(new double[] {3, 1}, new double[] {1, 1}, 0.5))
                .containsExactly(4, 0);
    }

    @Test
    void eq5IsUndefinedAtTheEnd() {
        assertThatThrownBy(() -> PlainEquations.velocity(new double[1], new double[1], 1))
                .hasMessage("the velocity is defined for t in [0, 1), was 1.0");
    }

    @Test
    void eq6MovesAlongTheVelocity() {
        // (1, 1) + (4, 0) * 0.25 = (2, 1)
        assertThat(PlainEquations.move(new double[] {1, 1}, new double[] {4, 0}, 0.25))
                .containsExactly(2, 1);
    }

    @Test
    void eq7And8TakeAFractionOfWhatRemains() {
        // dt = 0.5 * (1 - 0.5) = 0.25, t = 0.75
        assertThat(FlowStep.size(0.5, 0.5)).isEqualTo(0.25);
        assertThat(FlowStep.advance(0.5, 0.25)).isEqualTo(0.75);
        assertThat(FlowStep.advance(0.3, FlowStep.size(1, 0.3))).isEqualTo(1);
    }

    @Test
    void eqs5To8ComposeToTheDivisionFreeForm() {
        Random random = new Random(5);
        for (int n = 0; n < 1000; n++) {
            double t = 0.999 * random.nextDouble();
            double a = random.nextDouble();
            double[] xIn = {random.nextGaussian(), random.nextGaussian()};
            double[] xPred = {random.nextGaussian(), random.nextGaussian()};
            double[] literal = PlainEquations.move(xIn, PlainEquations.velocity(xPred, xIn, t), FlowStep.size(a, t));
            for (int e = 0; e < 2; e++) {
                assertThat(literal[e]).isCloseTo(xIn[e] + a * (xPred[e] - xIn[e]), within(1e-12));
            }
        }
    }

    @Test
    void oneClockStateIsThePathOfEq3() {
        // while the prediction does not change, Eqs. 5 to 8 keep x = t xPred + (1 - t) m
        double[] m = {1, -2};
        double[] xPred = {5, 3};
        double[] x = m;
        double t = 0;
        for (double a : new double[] {0.1, 0.7, 0.3}) {
            double dt = FlowStep.size(a, t);
            x = PlainEquations.move(x, PlainEquations.velocity(xPred, x, t), dt);
            t = FlowStep.advance(t, dt);
            assertThat(x).containsExactly(PlainEquations.between(xPred, m, t), within(1e-12));
        }
    }

    @Test
    void eq10AppliesOnlyStrictlyBelowTheMargin() {
        assertThat(ReEdit.applies(0.375, 0.5, 0.125)).isFalse();
        assertThat(ReEdit.applies(0.374, 0.5, 0.125)).isTrue();
        assertThat(ReEdit.applies(0.9, 0.2, 0.1)).isFalse();
    }

    @Test
    void eq10MixesPredictionAndMaskByConfidence() {
        // 0.75 * 4 + 0.25 * 8 = 5
        assertThat(PlainEquations.reEdited(new double[] {4}, new double[] {8}, 0.75))
                .containsExactly(5);
    }

    @Test
    void commitmentTakesTheSurestOpenPositionBelowTheThreshold() {
        float[] c = {0.9f, 0.8f, 0.7f, 0.8f};
        double[] t = {0.99, 0.5, 0.1, 0.2};
        boolean[] open = {true, true, true, true};
        assertThat(HardCommitment.choose(c, t, open, 0.99)).isEqualTo(1);
        assertThat(HardCommitment.choose(c, t, new boolean[] {true, false, true, true}, 0.99))
                .isEqualTo(3);
        assertThat(HardCommitment.choose(c, t, new boolean[] {true, false, false, false}, 0.99))
                .isEqualTo(HardCommitment.NONE);
    }

    @Test
    void exponentialRuleIsTwoToTheMinusEightTimesDoubt() {
        ConfidenceStepSize rule = new ConfidenceStepSize.Exponential(2, 8);
        assertThat(rule.fraction(1)).isEqualTo(1);
        assertThat(rule.fraction(0.75)).isEqualTo(0.25); // 2^(-8 * 0.25)
        assertThat(rule.fraction(0)).isEqualTo(1.0 / 256);
    }

    @Test
    void powerRuleSquaresTheConfidence() {
        assertThat(new ConfidenceStepSize.Power(2).fraction(0.5)).isEqualTo(0.25);
        assertThat(new ConfidenceStepSize.Power(0).fraction(0)).isEqualTo(1);
    }

    @Test
    void powerRuleGoesTheWholeWayFromItsBound() {
        ConfidenceStepSize rule = new ConfidenceStepSize.Power(2, 0.8);
        assertThat(rule.fraction(0.8)).isEqualTo(1);
        assertThat(rule.fraction(0.95)).isEqualTo(1);
        assertThat(rule.fraction(0.4)).isEqualTo(0.25); // (0.4 / 0.8)^2
        assertThatThrownBy(() -> new ConfidenceStepSize.Power(2, 0)).hasMessage("fullFrom must lie in (0, 1], was 0.0");
        assertThatThrownBy(() -> new ConfidenceStepSize.Power(2, 1.1))
                .hasMessage("fullFrom must lie in (0, 1], was 1.1");
    }

    @Test
    void rulesAnswerForEveryPosition() {
        StepSizePolicy.RowState row = new StepSizePolicy.RowState(
                new SampleKey(0, 0, 0, 0),
                0,
                4,
                0,
                new float[12],
                new float[] {0.5f, 1f, 0.25f},
                new float[3],
                new boolean[] {true, true, false});
        assertThat(new ConfidenceStepSize.Power(2).choose(row).a()).containsExactly(0.25f, 1f, 0.0625f);
        assertThat(new ConstantStepSize(0.25).choose(row).a()).containsExactly(0.25f, 0.25f, 0.25f);
    }

    @Test
    void settingsOutsideTheirRangesAreRefused() {
        assertThatThrownBy(() -> new ConstantStepSize(0)).hasMessage("fraction must lie in (0, 1], was 0.0");
        assertThatThrownBy(() -> new ConfidenceStepSize.Exponential(0.5, 8))
                .hasMessage("base must be at least 1, was 0.5");
        assertThatThrownBy(() -> new ConfidenceStepSize.Power(-1)).hasMessage("exponent must be at least 0, was -1.0");
        assertThatThrownBy(() -> FlowSettings.defaults().withBlockLength(-1))
                .hasMessage("blockLength must be at least 1, or 0 for the whole response, was -1");
    }
}
