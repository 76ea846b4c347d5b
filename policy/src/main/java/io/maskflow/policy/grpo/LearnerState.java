package io.maskflow.policy.grpo;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * All that a learner needs to go on as if it had never stopped, as named arrays of doubles: {@code parameters}, {@code
 * average}, {@code first_moment}, {@code second_moment}, {@code reference} (empty without a reference policy) and {@code counters =
 * [updates, steps]}. Doubles must be stored as doubles.
 *
 * @param arrays name to values
 */
public record LearnerState(Map<String, double[]> arrays) {

    /** Copies the map and checks that nothing is missing. */
    public LearnerState {
        arrays = new LinkedHashMap<>(arrays);
        for (String name :
                new String[] {"parameters", "average", "first_moment", "second_moment", "reference", "counters"}) {
            if (!arrays.containsKey(name)) {
                throw new IllegalArgumentException(
                        "a learner state needs the array " + name + ", has " + arrays.keySet());
            }
        }
        if (arrays.get("counters").length != 2) {
            throw new IllegalArgumentException(
                    "counters of a learner state are [updates, steps], had " + arrays.get("counters").length);
        }
    }

    double[] copy(String name, int length) {
        double[] values = arrays.get(name);
        if (values.length != length) {
            throw new IllegalArgumentException("array " + name + " of a learner state must have " + length
                    + " entries for this policy, has " + values.length);
        }
        return values.clone();
    }
}
