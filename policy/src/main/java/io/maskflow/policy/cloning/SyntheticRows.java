package io.maskflow.policy.cloning;

import io.maskflow.decoder.SampleKey;
import io.maskflow.decoder.flow.PositionMemory;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.decoder.random.RandomStreams;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Rows as decodings have them, without a model: all confidences from uncertain to sure, all lengths and budgets, more
 * progress and more committed positions towards the end.
 */
public final class SyntheticRows {

    private SyntheticRows() {}

    /**
     * Draws rows.
     *
     * @param count how many, at least 1
     * @param seed the same seed gives the same rows
     */
    public static List<RowState> draw(int count, long seed) {
        RandomGenerator random = RandomStreams.of(seed, "rows", 0, 0, 0, 0);
        List<RowState> rows = new ArrayList<>();
        for (int row = 0; row < count; row++) {
            int totalSteps = (int) Math.round(Math.pow(2, 1 + 6 * random.nextDouble())); // 2 .. 128
            int step = random.nextInt(totalSteps);
            rows.add(row(random, 8 + random.nextInt(57), step, totalSteps));
        }
        return rows;
    }

    /**
     * What the positions of a synthetic row have lived through: any past that {@code step} steps allow, whatever the row
     * looks like, so that a policy that is fitted to a rule learns to make nothing of it.
     *
     * @param length positions
     * @param step steps before
     * @param seed the same seed gives the same memory
     * @param number of the row
     */
    public static PositionMemory memory(int length, int step, long seed, int number) {
        RandomGenerator random = RandomStreams.of(seed, "memory", number, 0, 0, 0);
        PositionMemory memory = PositionMemory.blank(length);
        for (int i = 0; i < length && step > 0; i++) {
            memory.steady()[i] = random.nextInt(step + 1);
            memory.divergence()[i] = (float) Math.pow(random.nextDouble(), 3);
            memory.change()[i] = memory.divergence()[i] * (float) (2 * random.nextDouble() - 1);
            memory.reEdits()[i] = Math.max(0, random.nextInt(8) - 4);
        }
        return memory;
    }

    private static RowState row(RandomGenerator random, int length, int step, int totalSteps) {
        float[] top = new float[4 * length];
        float[] confidence = new float[length];
        float[] progress = new float[length];
        boolean[] active = new boolean[length];
        double rho = (double) step / totalSteps;
        double sure = random.nextDouble();
        for (int i = 0; i < length; i++) {
            double p = random.nextDouble() < sure
                    ? 1 - Math.pow(10, -4 * random.nextDouble())
                    : 0.02 + 0.98 * random.nextDouble();
            double rest = 1 - p;
            top[4 * i] = (float) p;
            for (int k = 1; k < 4; k++) {
                double next = Math.min(top[4 * i + k - 1], rest * (0.3 + 0.7 * random.nextDouble()));
                top[4 * i + k] = (float) next;
                rest -= next;
            }
            confidence[i] = top[4 * i];
            progress[i] = step == 0 ? 0 : (float) Math.pow(random.nextDouble(), 2 * (1 - rho));
            active[i] = random.nextDouble() >= rho;
        }
        active[random.nextInt(length)] = true;
        return new RowState(new SampleKey(0, 0, 0, 0), step, totalSteps, 0, top, confidence, progress, active);
    }
}
