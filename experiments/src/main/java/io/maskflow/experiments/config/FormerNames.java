package io.maskflow.experiments.config;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.policy.Exploration;
import io.maskflow.policy.grpo.GrpoConfig;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Settings that had another name: the old one is read for one release, with a warning. */
final class FormerNames {

    private static final Logger LOG = LoggerFactory.getLogger(FormerNames.class);

    private static final Map<Class<?>, Map<String, String>> NOW = Map.of(
            GrpoConfig.class, Map.of("averaging", "emaDecay", "average", "lossAggregation"),
            Exploration.class, Map.of("sureFrom", "confidenceThreshold"));

    private FormerNames() {}

    /**
     * The same settings under the names of now.
     *
     * @param type the record that they are meant for
     * @param given settings as written
     * @param path where they stand in {@code source}
     * @throws ConfigurationException if a setting is given under both names
     */
    static ObjectNode renamed(Class<?> type, ObjectNode given, String path, PlacedTree source) {
        ObjectNode result = given;
        for (Map.Entry<String, String> name : NOW.getOrDefault(type, Map.of()).entrySet()) {
            String before = name.getKey();
            String now = name.getValue();
            if (!given.has(before)) {
                continue;
            }
            String at = PlacedTree.child(path, before);
            if (given.has(now)) {
                throw new ConfigurationException(
                        before + " is now called " + now + " and must not stand beside it, was "
                                + given.get(before) + " (" + source.placeOf(at) + ": " + at + "; " + now + ": "
                                + source.placeOf(PlacedTree.child(path, now)) + ")");
            }
            LOG.warn(
                    "{} is now called {}; the old name is read for one more release ({}: {})",
                    before,
                    now,
                    source.placeOf(at),
                    at);
            result = result.deepCopy();
            result.set(now, result.remove(before));
        }
        return result;
    }
}
