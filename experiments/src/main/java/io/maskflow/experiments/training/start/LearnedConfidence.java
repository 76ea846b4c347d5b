package io.maskflow.experiments.training.start;

import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.console.ProgressLine;
import io.maskflow.experiments.problems.NumberedProblem;
import io.maskflow.experiments.training.settings.LearnedConfidenceSettings;
import io.maskflow.experiments.training.settings.TrainConfig;
import io.maskflow.experiments.training.settings.WarmStart;
import io.maskflow.experiments.training.start.Demonstrations.Decoding;
import io.maskflow.policy.PolicyFeature;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PolicyState;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.cloning.PolicyCloning;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A policy that steps by a rule on a learnt confidence. The confidence {@code c} of the model says how sure it is of a token given
 * what stands there now; what a step needs is the chance that the token will stand in a right answer. A network of the policy's
 * shape learns that chance from decodings of training problems, by everything that the policy sees but the price; the policy is
 * then the clone of the rule of {@link WarmStart} on it. No reinforcement; a start for it. See {@link LearnedConfidenceSettings}.
 */
final class LearnedConfidence {

    /** Places of the range of prices at which later rounds decode. */
    private static final double[] PLACES = {0, 0.25, 0.5, 0.75, 1};

    private final TrainConfig config;
    private final LearnedConfidenceSettings settings;
    private final Demonstrations demonstrations;

    LearnedConfidence(TrainConfig config, Demonstrations demonstrations) {
        this.config = config;
        this.settings = config.policy().learnedConfidence();
        this.demonstrations = demonstrations;
    }

    /**
     * What came out.
     *
     * @param policy the policy
     * @param decodings learned from
     * @param brier mean square error of the learnt confidence, on the states that it was learned from
     * @param brierOfModel the same of the model's own
     */
    record Taught(PolicyNetwork policy, int decodings, double brier, double brierOfModel) {

        String words() {
            return String.format(
                    Locale.ROOT,
                    "learned confidence: Brier score %.4f on the states of %d decodings, the model's own %.4f",
                    brier,
                    decodings,
                    brierOfModel);
        }
    }

    /** What was right where. */
    private record Labelled(List<RowState> rows, Map<RowState, double[]> right) {

        double brierOfModel() {
            double sum = 0;
            long count = 0;
            for (RowState row : rows) {
                double[] wanted = right.get(row);
                for (int i = 0; i < row.length(); i++) {
                    if (row.active()[i]) {
                        double error = row.confidence()[i] - wanted[i];
                        sum += error * error;
                        count++;
                    }
                }
            }
            return sum / count;
        }
    }

    /** A rule that is shown a learnt confidence in place of the model's. */
    private record Stepping(PolicyNetwork chance, StepSizePolicy rule, double share) implements StepSizePolicy {

        @Override
        public boolean remembers() {
            return chance.shape().state().remembers();
        }

        @Override
        public Fractions choose(RowState row) {
            int length = row.length();
            double[] mu = new double[length];
            chance.heads(chance.shape().state().of(row), length, mu, new double[length]);
            float[] confidence = new float[length];
            for (int i = 0; i < length; i++) {
                confidence[i] = (float) (Math.pow(row.confidence()[i], 1 - share) * Math.pow(mu[i], share));
            }
            return rule.choose(new RowState(
                    row.key(),
                    row.step(),
                    row.totalSteps(),
                    row.from(),
                    row.topProbability(),
                    confidence,
                    row.progress(),
                    row.active(),
                    row.price(),
                    row.memory()));
        }
    }

    /**
     * Teaches.
     *
     * @param problems training problems
     * @throws ConfigurationException if no rule solves any of them
     */
    Taught teach(List<NumberedProblem> problems) {
        List<StepSizePolicy> stepSizes = new ArrayList<>(
                settings.candidates().stream().map(Demonstrations::stepSize).toList());
        List<Decoding> decodings = new ArrayList<>();
        PolicyCloning.Clone chance = null;
        Labelled labelled = null;
        for (int round = 0; round < settings.rounds(); round++) {
            decodings.addAll(demonstrations.make("demonstrations", problems, stepSizes, config.budget()));
            labelled = labelled(decodings, problems.size());
            try (ProgressLine.Phase learning = ProgressLine.phase("learning which tokens stand in a right answer")) {
                chance = PolicyCloning.fitProbability(
                        PolicyNetwork.initial(withoutPrice(config.policyShape()), config.seed()),
                        labelled.right()::get,
                        labelled.rows(),
                        config.policy().warmStart().cloning(),
                        config.seed());
            }
            stepSizes.clear();
            for (double place : PLACES) {
                stepSizes.add(stepping(chance.network(), place));
            }
        }
        return new Taught(
                clone(chance.network(), labelled.rows()), decodings.size(), chance.error(), labelled.brierOfModel());
    }

    private PolicyNetwork clone(PolicyNetwork chance, List<RowState> rows) {
        PolicyShape shape = config.policyShape();
        PriceRange prices = shape.prices();
        List<RowState> priced = new ArrayList<>(rows.size());
        for (RowState row : rows) {
            priced.add(row.withPrice(prices.draw(config.seed(), 0, priced.size())));
        }
        StepSizePolicy teacher =
                row -> stepping(chance, prices.place(row.price())).choose(row);
        try (ProgressLine.Phase cloning = ProgressLine.phase("cloning the policy that training starts from")) {
            return PolicyCloning.fit(
                            PolicyNetwork.initial(shape, config.seed()),
                            teacher,
                            priced,
                            config.policy().warmStart().cloning(),
                            config.seed())
                    .network();
        }
    }

    private StepSizePolicy stepping(PolicyNetwork chance, double place) {
        double from = settings.share().get(0);
        double share = from + place * (settings.share().get(1) - from);
        return new Stepping(chance, config.policy().warmStart().rule(place), share);
    }

    /** A decoding that was right is its own answer; for another one the first right decoding of its problem is. */
    private static Labelled labelled(List<Decoding> decodings, int problems) {
        Map<Long, int[]> answers = new LinkedHashMap<>();
        decodings.stream()
                .filter(Decoding::passed)
                .forEach(right -> answers.putIfAbsent(right.problem(), right.tokens()));
        if (answers.isEmpty()) {
            throw new ConfigurationException("policy.start: learned-confidence needs a problem that some rule of"
                    + " policy.learnedConfidence.candidates solves, none of " + problems + " was");
        }
        List<RowState> rows = new ArrayList<>();
        Map<RowState, double[]> right = new IdentityHashMap<>();
        for (Decoding decoding : decodings) {
            int[] answer = decoding.passed() ? decoding.tokens() : answers.get(decoding.problem());
            if (answer == null) {
                continue;
            }
            for (int step = 0; step < decoding.rows().size(); step++) {
                RowState row = decoding.rows().get(step);
                int[] predicted = decoding.predicted().get(step);
                double[] stands = new double[row.length()];
                for (int i = 0; i < stands.length && row.from() + i < answer.length; i++) {
                    stands[i] = predicted[i] == answer[row.from() + i] ? 1 : 0;
                }
                rows.add(row);
                right.put(row, stands);
            }
        }
        return new Labelled(rows, right);
    }

    private static PolicyShape withoutPrice(PolicyShape shape) {
        return new PolicyShape(
                new PolicyState(shape.state().features().stream()
                        .filter(feature -> feature != PolicyFeature.PRICE)
                        .toList()),
                shape.hidden(),
                shape.muMin(),
                shape.muMax(),
                shape.kappaMin(),
                shape.kappaMax(),
                shape.action());
    }
}
