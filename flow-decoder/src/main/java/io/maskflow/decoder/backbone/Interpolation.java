package io.maskflow.decoder.backbone;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

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

    /**
     * Reads a name as it stands in a configuration.
     *
     * @param name {@code lerp}, {@code slerp} or {@code norm}
     * @throws IllegalArgumentException for anything else
     */
    @JsonCreator
    public static Interpolation of(String name) {
        for (Interpolation interpolation : values()) {
            if (interpolation.configName().equals(name)) {
                return interpolation;
            }
        }
        String accepted = Arrays.stream(values()).map(Interpolation::configName).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("interpolation must be one of " + accepted + ", was " + name);
    }

    /** The name in a configuration. */
    @JsonValue
    public String configName() {
        return name().toLowerCase(Locale.ROOT);
    }
}
