package io.maskflow.experiments.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.policy.PolicyFeature;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.distribution.StepDistribution;
import java.util.List;
import org.junit.jupiter.api.Test;

class PolicySurfaceTest {

    private static final DecodingBudget QUARTER = new DecodingBudget(1, 4);

    /** Sees one feature; one hidden unit per layer with large weights: E[a] grows with the feature. */
    private static PolicyNetwork seeing(PolicyFeature feature) {
        PolicyShape shape =
                new PolicyShape(new PolicyState(List.of(feature)), 1, 0.05, 0.95, 2, 60, PolicyShape.PAPER.action());
        // W1 b1 W2 b2 W_mu b_mu W_kappa b_kappa
        return new PolicyNetwork(shape, new double[] {4, 0, 2, 0, 1, -4, 0, 0});
    }

    @Test
    void theFractionOfAStateIsThePolicysExpectation() {
        PolicySurface surface = PolicySurface.of(seeing(PolicyFeature.P1), QUARTER, 48);
        assertThat(surface.steps()).containsExactly(0, 2, 5, 8, 11);
        StepDistribution y = seeing(PolicyFeature.P1).distribution(new double[] {0.5});
        double expected = PolicyShape.PAPER.action().expectation(y);
        assertThat(surface.confidence().get(15)).isEqualTo(0.5);
        assertThat(surface.fraction()[3][7][15]).isEqualTo((int) Math.round(10_000 * expected));
    }

    @Test
    void aPolicyThatSeesConfidenceAloneIsTheSameAtEveryProgress() {
        int[][][] fraction =
                PolicySurface.of(seeing(PolicyFeature.P1), QUARTER, 48).fraction();
        for (int[][] step : fraction) {
            for (int[] row : step) {
                assertThat(row).isEqualTo(fraction[0][0]).isSorted();
            }
        }
        assertThat(fraction[0][0][PolicySurface.COLUMNS - 1]).isGreaterThan(fraction[0][0][0]);
    }

    @Test
    void aPolicyThatSeesProgressAloneIsTheSameAtEveryConfidence() {
        int[][] first =
                PolicySurface.of(seeing(PolicyFeature.PROGRESS), QUARTER, 48).fraction()[0];
        for (int[] row : first) {
            assertThat(row).containsOnly(row[0]);
        }
        assertThat(first[PolicySurface.ROWS - 1][0]).isGreaterThan(first[0][0]);
    }

    /** At step l of the scene l positions are committed: 37 of 48 are open at the last of twelve steps. */
    @Test
    void asManyPositionsAreCommittedAsStepsWereMade() {
        PolicyNetwork open = seeing(PolicyFeature.OPEN);
        int[][][] fraction = PolicySurface.of(open, QUARTER, 48).fraction();
        double expected = PolicyShape.PAPER.action().expectation(open.distribution(new double[] {(float) (37 / 48.0)}));
        assertThat(fraction[4][0][0]).isEqualTo((int) Math.round(10_000 * expected));
    }

    /** The surest of the row has rank 0, the least sure of 48 has 47 larger ones. */
    @Test
    void aPositionStandsWhereItsConfidenceBelongs() {
        PolicyNetwork rank = seeing(PolicyFeature.RANK);
        int[] row = PolicySurface.of(rank, QUARTER, 48).fraction()[0][0];
        double last = PolicyShape.PAPER.action().expectation(rank.distribution(new double[] {0}));
        assertThat(row[PolicySurface.COLUMNS - 1]).isEqualTo((int) Math.round(10_000 * last));
        assertThat(row[0]).isGreaterThan(row[PolicySurface.COLUMNS - 1]);
    }

    @Test
    void oneStepIsShownOnce() {
        PolicySurface surface = PolicySurface.of(seeing(PolicyFeature.P1), new DecodingBudget(1, 48), 48);
        assertThat(surface.steps()).containsExactly(0);
    }
}
