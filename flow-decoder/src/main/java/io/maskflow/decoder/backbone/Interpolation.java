package io.maskflow.decoder.backbone;

import java.util.Locale;

/**
 * The road on which a state travels from one embedding {@code a} to another {@code b}, a fraction {@code f} of it.
 *
 * <p>The straight line of XF Eq. 3 passes through states shorter than both ends when these point in different directions,
 * as the mask embedding and a token's do; the other two do not.
 */
public enum Interpolation {

    /** The straight line: {@code (1 - f) a + f b}. */
    LERP,

    /**
     * The great circle, lengths linear: {@code ((1 - f) |a| + f |b|) (sin((1 - f) w) a/|a| + sin(f w) b/|b|) / sin w},
     * {@code w} being the angle between the two; where they are parallel or opposite, as {@link #NORM}.
     */
    SLERP,

    /** The direction of the straight line {@code l}, lengths linear: {@code ((1 - f) |a| + f |b|) l / |l|}. */
    NORM;

    /** The name in a configuration. */
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
