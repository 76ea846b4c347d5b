package io.maskflow.experiments.training.start;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.training.settings.ImitationSettings;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.experiments.training.start.Demonstrations.Decoding;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.cloning.PolicyCloning;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Teaches a policy what hand-made rules did where their program was right; see {@link ImitationSettings}. */
final class Imitation {

    private final TrainConfig config;
    private final Demonstrations demonstrations;

    Imitation(TrainConfig config, Demonstrations demonstrations) {
        this.config = config;
        this.demonstrations = demonstrations;
    }

    /**
     * What came out.
     *
     * @param policy the policy
     * @param learned decodings it has learned from
     * @param right decodings whose program passed
     * @param tried decodings made
     * @param error mean square of {@code mu - y}
     */
    record Taught(PolicyNetwork policy, int learned, int right, int tried, double error) {

        String words() {
            return String.format(
                    Locale.ROOT,
                    "imitation: %d of %d decodings by rules were right, %d learned from, mean square error of y %.2g",
                    right,
                    tried,
                    learned,
                    error);
        }
    }

    /** Mean progress over positions and steps: high where a decoding settles early. */
    private static double settled(Decoding decoding) {
        double sum = 0;
        long count = 0;
        for (RowState row : decoding.rows()) {
            for (float t : row.progress()) {
                sum += t;
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /**
     * Teaches.
     *
     * @param problems training problems
     * @throws ConfigurationException if no rule solves any of them
     */
    Taught teach(List<NumberedProblem> problems) {
        ImitationSettings settings = config.policy().imitation();
        List<Decoding> all = demonstrations.make(
                "imitation",
                problems,
                settings.candidates().stream().map(Demonstrations::stepSize).toList(),
                settings.budgets().isEmpty() ? config.budget() : settings.budgets());
        List<Decoding> right = all.stream().filter(Decoding::passed).toList();
        List<Decoding> learned = kept(right, settings.keep());
        if (learned.isEmpty()) {
            throw new ConfigurationException("policy.start: imitation needs a problem that some rule of"
                    + " policy.imitation.candidates solves, none of " + problems.size() + " was");
        }
        List<RowState> rows = new ArrayList<>();
        Map<RowState, float[]> said = new IdentityHashMap<>();
        for (Decoding decoding : learned) {
            for (int i = 0; i < decoding.rows().size(); i++) {
                rows.add(decoding.rows().get(i));
                said.put(decoding.rows().get(i), decoding.fractions().get(i));
            }
        }
        PolicyCloning.Clone clone = PolicyCloning.fit(
                PolicyNetwork.initial(config.policyShape(), config.seed()),
                row -> StepSizePolicy.Fractions.of(said.get(row)),
                rows,
                settings.cloning(),
                config.seed());
        return new Taught(clone.network(), learned.size(), right.size(), all.size(), clone.error());
    }

    private static List<Decoding> kept(List<Decoding> right, int keep) {
        if (keep == 0) {
            return right;
        }
        Map<String, List<Decoding>> byProblem = new TreeMap<>();
        right.forEach(one -> byProblem
                .computeIfAbsent(one.problem() + "@" + one.budget(), unused -> new ArrayList<>())
                .add(one));
        return byProblem.values().stream()
                .flatMap(all -> all.stream()
                        .sorted(Comparator.comparingDouble(Imitation::settled).reversed())
                        .limit(keep))
                .toList();
    }
}
