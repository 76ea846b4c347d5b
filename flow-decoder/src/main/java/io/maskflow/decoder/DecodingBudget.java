package io.maskflow.decoder;

import java.io.Serializable;

/**
 * How many diffusion steps a response may take, as a fraction of its length.
 *
 * <p>A budget of {@code 1/4} over {@code N = 48} response positions allows {@code T = 12} model calls. Fractions that
 * do not divide the length are rounded half up, never below one step. {@code T > N} (a budget above 1) is legal.
 *
 * @param numerator steps, at least 1
 * @param denominator response positions for that many steps, at least 1
 * @paper XF Table 1
 */
public record DecodingBudget(int numerator, int denominator) implements Serializable {

    /** Refuses a budget that allows no step. */
    public DecodingBudget {
        if (numerator < 1 || denominator < 1) {
            throw new IllegalArgumentException("budget must be a fraction of two whole numbers of at least 1, was "
                    + numerator + "/" + denominator);
        }
    }

    /**
     * Reads {@code "1/4"} or {@code "1"}.
     *
     * @param text a fraction of two positive whole numbers, or one positive whole number
     * @return the budget
     * @throws IllegalArgumentException if the text is no such fraction
     */
    public static DecodingBudget parse(String text) {
        String[] parts = text.trim().split("/", -1);
        try {
            if (parts.length == 1) {
                return new DecodingBudget(Integer.parseInt(parts[0].trim()), 1);
            }
            if (parts.length == 2) {
                return new DecodingBudget(Integer.parseInt(parts[0].trim()), Integer.parseInt(parts[1].trim()));
            }
        } catch (NumberFormatException notAFraction) {
            // falls through to the one message below
        }
        throw new IllegalArgumentException(
                "budget must be a fraction of two whole numbers of at least 1, such as 1/4, was \"" + text + "\"");
    }

    /**
     * The number of diffusion steps {@code T} for a response.
     *
     * @param responseLength {@code N}, response positions, at least 1
     * @return {@code T = max(1, round(N * numerator / denominator))}
     */
    public int steps(int responseLength) {
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        long rounded = (2L * responseLength * numerator + denominator) / (2L * denominator);
        return (int) Math.max(1, Math.min(Integer.MAX_VALUE, rounded));
    }

    @Override
    public String toString() {
        return numerator + "/" + denominator;
    }
}
