package io.maskflow.decoder.softmask;

/**
 * The parameters as an optimizer moves them, without bounds: {@code omega_s = sigmoid(rawScale)},
 * {@code omega_a = softplus(rawSteep)}, {@code omega_b = -softplus(rawCentre)}; the temperature is the exponential of its
 * raw value, since the paper does not say how it is kept positive.
 *
 * @param rawScale any number
 * @param rawSteep any number
 * @param rawCentre any number
 * @param rawTemperature any number; 0 is temperature 1
 * @paper SM App. A.1
 */
public record RawSoftMask(double rawScale, double rawSteep, double rawCentre, double rawTemperature) {

    /**
     * The inverse transforms.
     *
     * @param soft with {@code omegaS} in (0, 1), {@code omegaA} above 0 and {@code omegaB} below 0
     * @throws IllegalArgumentException for a parameter on its bound, which no raw value reaches
     */
    public static RawSoftMask of(SoftMask soft) {
        if (!(soft.omegaS() > 0 && soft.omegaS() < 1 && soft.omegaA() > 0 && soft.omegaB() < 0)) {
            throw new IllegalArgumentException(
                    "to be trained, omegaS must lie in (0, 1), omegaA above 0 and omegaB below 0," + " were "
                            + soft.omegaS() + ", " + soft.omegaA() + " and " + soft.omegaB());
        }
        return new RawSoftMask(
                Math.log(soft.omegaS() / (1 - soft.omegaS())),
                inverseSoftplus(soft.omegaA()),
                inverseSoftplus(-soft.omegaB()),
                Math.log(soft.temperature()));
    }

    /** The parameters within their bounds. */
    public SoftMask bounded(int k) {
        return new SoftMask(
                SoftMask.sigmoid(rawScale), softplus(rawSteep), -softplus(rawCentre), k, Math.exp(rawTemperature));
    }

    private static double softplus(double x) {
        return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
    }

    private static double inverseSoftplus(double y) {
        return y + Math.log(-Math.expm1(-y));
    }
}
