package io.maskflow.decoder.remdm;

/**
 * The time grid of ReMDM and its probabilities (arXiv 2503.00307).
 *
 * <p>Time runs from 1 (all masked) to 0 in {@code T} equal steps; step {@code l} leads from {@code t = 1 - l / T} to
 * {@code s = 1 - (l + 1) / T}. {@code alpha(t)} is the expected share of filled positions. With a remasking probability
 * {@code sigma} in [0, {@code sigma_max}],
 *
 * <pre>
 *   sigma_max            = min(1, (1 - alpha_s) / alpha_t)
 *   filled  -> masked      with probability  sigma
 *   masked  -> stays so    with probability  (1 - alpha_s - sigma alpha_t) / (1 - alpha_t)
 * </pre>
 *
 * keeps that share: {@code alpha_t (1 - sigma) + (1 - alpha_t) (1 - stays) = alpha_s}. The last step has
 * {@code alpha_s = 1}, so {@code sigma = 0} and everything is filled.
 *
 * @param settings strategy and its parameters
 * @param steps {@code T}, at least 1
 */
public record RemaskingSchedule(RemdmSettings settings, int steps) {

    /** Checks the steps. */
    public RemaskingSchedule {
        if (steps < 1) {
            throw new IllegalArgumentException("steps must be at least 1, was " + steps);
        }
    }

    /** {@code t} at the beginning of step {@code l}; 0 for {@code l = T}. */
    public double time(int l) {
        return (double) (steps - l) / steps;
    }

    /**
     * Expected share of filled positions: {@code 1 - t}; for {@link RemaskingStrategy#LOOP} it rises to {@code alphaOn}
     * at {@code t = tOn}, is held until {@code tOff}, and rises to 1 from there, linearly.
     *
     * @param t in [0, 1]
     */
    public double alpha(double t) {
        if (settings.strategy() != RemaskingStrategy.LOOP) {
            return 1 - t;
        }
        if (t > settings.tOn()) {
            return settings.alphaOn() * (1 - t) / (1 - settings.tOn());
        }
        return t >= settings.tOff() ? settings.alphaOn() : 1 - t * (1 - settings.alphaOn()) / settings.tOff();
    }

    /** The largest remasking probability that step {@code l} allows. */
    public double sigmaMax(int l) {
        double alphaT = alpha(time(l));
        double alphaS = alpha(time(l + 1));
        return alphaT == 0 ? 1 : Math.max(0, Math.min(1, (1 - alphaS) / alphaT));
    }

    /**
     * Remasking probability of a filled position in step {@code l}.
     *
     * @param l step index in [0, T)
     * @param weight for {@link RemaskingStrategy#CONFIDENCE} the share of the position, in [0, 1]; not used otherwise
     */
    public double sigma(int l, double weight) {
        return switch (settings.strategy()) {
            case CAP -> Math.min(settings.eta(), sigmaMax(l));
            case RESCALE -> settings.eta() * sigmaMax(l);
            case CONFIDENCE -> weight * sigmaMax(l);
            case LOOP -> looping(time(l)) ? Math.min(settings.eta(), sigmaMax(l)) : 0;
        };
    }

    private boolean looping(double t) {
        return t <= settings.tOn() && t > settings.tOff();
    }

    /**
     * Probability that a masked position stays masked in step {@code l}.
     *
     * @param l step index in [0, T)
     * @param sigma remasking probability of the step, in [0, sigmaMax]
     */
    public double stays(int l, double sigma) {
        double alphaT = alpha(time(l));
        double alphaS = alpha(time(l + 1));
        return Math.max(0, (1 - alphaS - sigma * alphaT) / (1 - alphaT));
    }

    /**
     * Shares of the filled positions for {@link RemaskingStrategy#CONFIDENCE}: {@code softmax(-psi)}, {@code psi} being
     * the probability with which a position was filled.
     *
     * @param psi {@code [N]} in [0, 1]
     * @param masked {@code [N]} positions without a share
     * @return {@code [N]} that sum to 1, 0 where masked; all 0 if everything is masked
     */
    public static double[] shares(double[] psi, boolean[] masked) {
        double[] share = new double[psi.length];
        double sum = 0;
        for (int i = 0; i < share.length; i++) {
            share[i] = masked[i] ? 0 : Math.exp(-psi[i]);
            sum += share[i];
        }
        for (int i = 0; sum > 0 && i < share.length; i++) {
            share[i] /= sum;
        }
        return share;
    }
}
