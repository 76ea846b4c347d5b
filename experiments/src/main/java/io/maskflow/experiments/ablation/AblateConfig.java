package io.maskflow.experiments.ablation;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.experiments.config.Entries;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An ablation: a full system and rows that differ from it in one thing each.
 *
 * @param evaluation problems, budgets, seeds and whatever else all rows share; decoders there are further rows
 * @param full the full system; with {@code {seed}} in the name of its policy file, one policy per seed
 * @param rows name to change, in the order of the table; null for a row that is left out
 * @param training what rows that need another policy are trained by
 * @param margin a row is called not inferior if its difference lies above minus this, with its interval; in (0, 1)
 * @paper XF Table 2
 */
public record AblateConfig(
        EvaluateConfig evaluation, FlowChoice full, Map<String, AblationRow> rows, Recipe training, double margin) {

    /** Name of the full system in the table. */
    public static final String FULL = "full";

    /** Name of the full system trained by the recipe of the retrained rows, their reference. */
    public static final String RETRAINED = "full-retrained";

    /**
     * How policies of rows are trained.
     *
     * @param file settings of {@code train}; empty if no row needs it
     * @param set changes of them for all rows, keys dotted or nested
     */
    public record Recipe(String file, Map<String, JsonNode> set) {

        /** Keeps the order. */
        public Recipe {
            set = Collections.unmodifiableMap(new LinkedHashMap<>(set));
        }

        /** None. */
        public static Recipe defaults() {
            return new Recipe("", Map.of());
        }
    }

    /** Checks names and margin. */
    public AblateConfig {
        rows = Entries.present(rows);
        if (!(margin > 0 && margin < 1)) {
            throw new IllegalArgumentException("margin must lie in (0, 1), was " + margin);
        }
        for (Map.Entry<String, AblationRow> row : rows.entrySet()) {
            if (!row.getKey().matches("[A-Za-z0-9][A-Za-z0-9_.-]*")
                    || row.getKey().equals(FULL)
                    || row.getKey().equals(RETRAINED)) {
                throw new IllegalArgumentException("rows must have names of letters, digits, _ - . that are not " + FULL
                        + " or " + RETRAINED + ", was \"" + row.getKey() + "\"");
            }
            if (row.getValue().decoder().isEmpty() && row.getValue().train().isEmpty()) {
                throw new IllegalArgumentException(
                        "rows must change something under decoder or train, " + row.getKey() + " changes nothing");
            }
            if (row.getValue().retrains() && training.file().isEmpty()) {
                throw new IllegalArgumentException("training.file must name the settings of train by which "
                        + row.getKey() + " is retrained, was empty");
            }
        }
        for (String decoder : evaluation.decoders().keySet()) {
            if (rows.containsKey(decoder) || decoder.equals(FULL) || decoder.equals(RETRAINED)) {
                throw new IllegalArgumentException(
                        "evaluation.decoders must have names that no row has, was " + decoder);
            }
        }
    }

    /** Three points of margin, no rows yet. */
    public static AblateConfig defaults() {
        return new AblateConfig(EvaluateConfig.defaults(), FlowChoice.defaults(), Map.of(), Recipe.defaults(), 0.03);
    }

    /** The same with a policy file where the full system names none. */
    public AblateConfig withPolicy(String file) {
        return new AblateConfig(evaluation.withPolicy(file), full.withPolicy(file), rows, training, margin);
    }

    /** Whether any row is trained anew. */
    boolean retrains() {
        return rows.values().stream().anyMatch(AblationRow::retrains);
    }
}
