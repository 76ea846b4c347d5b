package io.maskflow.policy;

import io.maskflow.decoder.SampleKey;
import java.util.random.RandomGenerator;

/**
 * The Gaussian noise behind the tied latents of one trajectory: a decision in state {@code s} has {@code u = sqrt(r) z(s) +
 * sqrt(1 - r) z_i}, where {@code z} is the trajectory's random function (see {@link Exploration}) and {@code z_i} the
 * decision's own. Both are functions of the trajectory's identity and can be drawn again at any time.
 *
 * <p>Given the waves of {@code z}, the {@code u} of a trajectory's decisions are jointly normal with mean 0 and covariance
 * {@code (1 - r) I + P P^T}, where row {@code i} of {@code P} is {@link #basis} of state {@code i}.
 */
public final class SharedNoise {

    /** Waves that make up the shared part. */
    static final int WAVES = 16;

    /** Position of the stream of {@code z}; no response is that long. */
    private static final int TRAJECTORY = (1 << 16) - 1;

    private final Exploration exploration;
    private final LatentStreams streams;
    private final SampleKey key;
    private final int features;
    private final double[] wave; // [WAVES, features] w, then [WAVES, 2] g and h; [1] when nothing varies

    /**
     * The noise of a trajectory.
     *
     * @param exploration with {@code sharedNoise} above 0
     * @param streams random numbers by identity
     * @param key the trajectory
     * @param features F
     */
    public SharedNoise(Exploration exploration, LatentStreams streams, SampleKey key, int features) {
        this.exploration = exploration;
        this.streams = streams;
        this.key = key;
        this.features = features;
        RandomGenerator random = trajectoryStream(streams, key);
        double variation = exploration.variation();
        wave = new double[variation == 0 ? 1 : WAVES * (features + 2)];
        for (int i = 0; i < wave.length; i++) {
            wave[i] = random.nextGaussian() * (variation > 0 && i < WAVES * features ? variation : 1);
        }
    }

    /** The stream of what is drawn once for a trajectory. */
    static RandomGenerator trajectoryStream(LatentStreams streams, SampleKey key) {
        return streams.at(key, 0, TRAJECTORY);
    }

    /** Columns of {@code P}. */
    public int rank() {
        return exploration.variation() == 0 ? 1 : 2 * WAVES;
    }

    /**
     * A row of {@code P}.
     *
     * @param states {@code [rows, F]}
     * @param at row of the state
     * @param basis written from {@code from} on, {@link #rank} numbers
     */
    public void basis(float[] states, int at, double[] basis, int from) {
        double scale = Math.sqrt(exploration.sharedNoise());
        if (exploration.variation() == 0) {
            basis[from] = scale;
            return;
        }
        scale /= Math.sqrt(WAVES);
        for (int m = 0; m < WAVES; m++) {
            double phase = phase(m, states, at);
            basis[from + 2 * m] = scale * StrictMath.cos(phase);
            basis[from + 2 * m + 1] = scale * StrictMath.sin(phase);
        }
    }

    /** {@code z(s)}. */
    double shared(float[] states, int at) {
        if (exploration.variation() == 0) {
            return wave[0];
        }
        double z = 0;
        for (int m = 0; m < WAVES; m++) {
            double phase = phase(m, states, at);
            int amplitudes = WAVES * features + 2 * m;
            z += wave[amplitudes] * StrictMath.cos(phase) + wave[amplitudes + 1] * StrictMath.sin(phase);
        }
        return z / Math.sqrt(WAVES);
    }

    private double phase(int m, float[] states, int at) {
        double phase = 0;
        for (int f = 0; f < features; f++) {
            phase += wave[m * features + f] * states[at * features + f];
        }
        return phase;
    }

    /**
     * {@code u} of a decision.
     *
     * @param step step index
     * @param position response position
     * @param states {@code [rows, F]} policy states
     * @param at row of the decision's state
     */
    public double gaussian(int step, int position, float[] states, int at) {
        double own = streams.at(key, step, position).nextGaussian();
        double r = exploration.sharedNoise();
        return Math.sqrt(r) * shared(states, at) + Math.sqrt(1 - r) * own;
    }
}
