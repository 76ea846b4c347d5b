package io.maskflow.rollout;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingObserver;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.SampleKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Watches a decoding and keeps, per row, the decisions that the policy answers for. */
final class TrajectoryRecorder implements DecodingObserver {

    private final List<Row> rows = new ArrayList<>();
    private long modelCalls;

    TrajectoryRecorder(int rowCount) {
        for (int row = 0; row < rowCount; row++) {
            rows.add(new Row());
        }
    }

    @Override
    public void onStep(DecodingStep step) {
        rows.get(step.row()).add(step);
    }

    @Override
    public void onEnd(long sequencesComputed) {
        modelCalls += sequencesComputed;
    }

    /** Sequences that went through the network. */
    long modelCalls() {
        return modelCalls;
    }

    /** The trajectory of one row, after the decoding. */
    Trajectory trajectory(int row, SampleKey key, int totalSteps, DecodedResponse response) {
        return rows.get(row).trajectory(key, totalSteps, response);
    }

    /** Growing arrays of one row. */
    private static final class Row {
        private int count;
        private int featureCount = -1;
        private float[] features = {};
        private float[] latent = new float[64];
        private float[] logProbability = new float[64];
        private int[] position = new int[64];
        private int[] stepIndex = new int[64];
        private int reEdits;
        private int actions;
        private final List<Integer> closingSteps = new ArrayList<>();
        private int block = -1; // first position of the block at work
        private int lastStep;

        void add(DecodingStep step) {
            int length = step.active().length;
            if (step.latent().length != length || step.features().length % Math.max(1, length) != 0) {
                throw new IllegalArgumentException("a trajectory needs a sampling policy: step " + step.step() + " has "
                        + step.latent().length + " sampled actions for " + length + " positions");
            }
            if (featureCount < 0) {
                featureCount = step.features().length / length;
                features = new float[64 * featureCount];
            }
            if (block >= 0 && step.from() != block) {
                closingSteps.add(lastStep);
            }
            block = step.from();
            lastStep = step.step();
            for (int i = 0; i < length; i++) {
                if (!step.active()[i]) {
                    continue;
                }
                actions++;
                if (step.reEdited()[i]) {
                    reEdits++;
                    continue;
                }
                int responsePosition = step.from() + i;
                boolean drawn = !Float.isNaN(step.latent()[i]);
                if (drawn && Arrays.binarySearch(step.committed(), responsePosition) < 0) {
                    addDecision(step, i, responsePosition);
                }
            }
        }

        private void addDecision(DecodingStep step, int i, int responsePosition) {
            if (count == latent.length) {
                int capacity = 2 * count;
                features = Arrays.copyOf(features, capacity * featureCount);
                latent = Arrays.copyOf(latent, capacity);
                logProbability = Arrays.copyOf(logProbability, capacity);
                position = Arrays.copyOf(position, capacity);
                stepIndex = Arrays.copyOf(stepIndex, capacity);
            }
            System.arraycopy(step.features(), i * featureCount, features, count * featureCount, featureCount);
            latent[count] = step.latent()[i];
            logProbability[count] = step.logProbability()[i];
            position[count] = responsePosition;
            stepIndex[count] = step.step();
            count++;
        }

        Trajectory trajectory(SampleKey key, int totalSteps, DecodedResponse response) {
            int width = Math.max(0, featureCount);
            int length = response.tokenIds().length;
            Decisions decisions = new Decisions(
                            width,
                            Arrays.copyOf(features, count * width),
                            Arrays.copyOf(latent, count),
                            Arrays.copyOf(logProbability, count),
                            Arrays.copyOf(position, count),
                            Arrays.copyOf(stepIndex, count))
                    .where(d -> position[d] < length); // what is cut off after decoding has no reward
            if (block >= 0) {
                closingSteps.add(lastStep);
            }
            return new Trajectory(
                    key,
                    totalSteps,
                    response.tokenIds(),
                    response.nfe(),
                    response.finalProgress(),
                    decisions,
                    decisions.count(),
                    closingSteps.stream().mapToInt(Integer::intValue).toArray(),
                    reEdits,
                    actions);
        }
    }
}
