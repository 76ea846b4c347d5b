package io.maskflow.policy;

import io.maskflow.decoder.random.RandomStreams;
import java.io.Serializable;

/**
 * The prices of a model call that a policy is trained for, in units of the task reward: at price {@code mu} all {@code N}
 * calls together cost {@code mu}.
 *
 * @param low lowest, above 0; 0 for a policy that knows no price
 * @param high highest, at least {@code low}
 */
public record PriceRange(double low, double high) implements Serializable {

    /** Of a policy that knows no price. */
    public static final PriceRange NONE = new PriceRange(0, 0);

    /** Checks the order. */
    public PriceRange {
        boolean none = low == 0 && high == 0;
        if (!none && !(low > 0 && low <= high && high < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("a range of prices needs 0 < low <= high, was " + low + " to " + high);
        }
    }

    /** Whether there is no price. */
    public boolean none() {
        return high == 0;
    }

    /** Whether a price lies in the range. */
    public boolean holds(double price) {
        return price >= low && price <= high;
    }

    /** The price at a place on the logarithmic scale: 0 for the lowest, 1 for the highest. */
    public double at(double place) {
        return place <= 0 || low == high ? low : place >= 1 ? high : low * Math.pow(high / low, place);
    }

    /** Where a price of the range lies on the logarithmic scale, in [0, 1]; 0 in a range of one price. */
    public double place(double price) {
        return low == high ? 0 : Math.max(0, Math.min(1, Math.log(price / low) / Math.log(high / low)));
    }

    /** The nearest price of the range. */
    public double clamp(double price) {
        return Math.max(low, Math.min(high, price));
    }

    /**
     * The price that all samples of a group share, even on the logarithmic scale: a function of the identity alone.
     *
     * @param seed seed of the run
     * @param step training step
     * @param prompt stable number of the prompt
     * @return a price of the range; 0 without one
     */
    public double draw(long seed, long step, long prompt) {
        return none() || low == high
                ? low
                : at(RandomStreams.of(seed, "price", step, prompt, 0, 0).nextDouble());
    }
}
