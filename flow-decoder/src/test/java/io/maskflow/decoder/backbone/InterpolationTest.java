package io.maskflow.decoder.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.maskflow.decoder.PlainInterpolation;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class InterpolationTest {

    private static final double[] EAST = {2, 0};
    private static final double[] NORTH = {0, 4};

    @Test
    void halfWayBetweenPerpendicularStatesByHand() {
        // straight: (1, 2). The others have length 3: along (1, 2) / sqrt 5, and along the diagonal (1, 1) / sqrt 2
        assertThat(PlainInterpolation.between(Interpolation.LERP, EAST, NORTH, 0.5))
                .containsExactly(1, 2);
        assertThat(PlainInterpolation.between(Interpolation.NORM, EAST, NORTH, 0.5))
                .containsExactly(new double[] {3 / Math.sqrt(5), 6 / Math.sqrt(5)}, within(1e-12));
        assertThat(PlainInterpolation.between(Interpolation.SLERP, EAST, NORTH, 0.5))
                .containsExactly(new double[] {3 / Math.sqrt(2), 3 / Math.sqrt(2)}, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(
            value = Interpolation.class,
            names = {"LERP", "SLERP"})
    void twoPartsOfTheWayAreTheWhole(Interpolation road) {
        // a fraction f, then g of what remains, is f + g (1 - f): Eqs. 7 and 8 hold on the great circle too
        double[] part = PlainInterpolation.between(road, EAST, NORTH, 0.3);
        double[] twice = PlainInterpolation.between(road, part, NORTH, 0.4);
        double[] once = PlainInterpolation.between(road, EAST, NORTH, 0.3 + 0.4 * 0.7);
        assertThat(twice).containsExactly(once, within(1e-12));
    }

    @ParameterizedTest
    @EnumSource(Interpolation.class)
    void theEngineTravelsAsPlainDoublesDo(Interpolation road) {
        int n = 9;
        int width = 64;
        Random random = new Random(5);
        int[] start = random.ints(n, 0, 300).toArray();
        int[] goal = random.ints(n, 0, 300).toArray();
        goal[3] = start[3]; // parallel
        float[] fraction = new float[n];
        boolean[] fromMask = new boolean[n];
        for (int i = 0; i < n; i++) {
            fraction[i] = i == 0 ? 0f : i == 1 ? 1f : random.nextFloat();
            fromMask[i] = i % 3 == 2;
        }
        try (NetworkPredictor model = Backbones.open(Golden.folder("llada-tiny"), BackboneOptions.standard());
                DecodingSession session = model.open(List.of(new int[] {1}), n)) {
            double[][] from = rows(model.embeddings(new int[][] {start}), width);
            double[][] to = rows(model.embeddings(new int[][] {goal}), width);
            double[] mask = rows(model.embeddings(new int[][] {{model.info().maskId()}}), width)[0];
            Tokens.set(session, start);
            session.travel(road, fraction, fromMask, goal);
            double[][] states = rows(session.states(), width);
            for (int i = 0; i < n; i++) {
                double[] expected = PlainInterpolation.between(road, fromMask[i] ? mask : from[i], to[i], fraction[i]);
                assertThat(states[i]).containsExactly(expected, within(1e-5));
            }
            assertThat(states[0]).containsExactly(from[0]);
            assertThat(states[1]).containsExactly(to[1]);
        }
    }

    private static double[][] rows(float[] flat, int width) {
        double[][] rows = new double[flat.length / width][width];
        for (int j = 0; j < flat.length; j++) {
            rows[j / width][j % width] = flat[j];
        }
        return rows;
    }

    @Test
    void namesAreThoseOfTheConfiguration() {
        assertThat(Arrays.stream(Interpolation.values()).map(Interpolation::configName))
                .containsExactly("lerp", "slerp", "norm");
    }
}
