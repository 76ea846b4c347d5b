package io.maskflow.experiments.training.settings;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.decoder.flow.ConfidenceStepSize;
import io.maskflow.decoder.flow.PositionMemory;
import io.maskflow.decoder.flow.StepSizePolicy;
import io.maskflow.decoder.flow.StepSizePolicy.RowState;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.policy.PriceRange;
import io.maskflow.policy.cloning.CloningSettings;
import io.maskflow.policy.cloning.PolicyCloning;
import io.maskflow.policy.cloning.SyntheticRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a policy is taught before training: for each budget a rule made by hand. The policy sees how many steps there are
 * only through its features; where these do not tell two budgets apart it learns something in between.
 *
 * @param rules one rule per budget, at least one
 * @param exponents for a policy with a dial, in place of the rules' own: {@code e} of {@code a = min(1, c / fullFrom)^e} at the
 *     lowest and at the highest price, geometric between them on the logarithmic scale of prices; none: the rules at every price
 * @param fullFrom beside the exponents: the confidence from which a token goes the whole way, at the lowest and at the highest
 *     price, even between them; none: 1
 * @param rows synthetic rows to learn from
 * @param cloning how it is fitted
 */
public record WarmStart(
        List<Taught> rules, List<Double> exponents, List<Double> fullFrom, int rows, CloningSettings cloning) {

    /**
     * A lesson.
     *
     * @param budget steps over response length
     * @param rule how far to step there
     */
    public record Taught(DecodingBudget budget, StepSizeChoice.Confidence rule) {}

    /** Checks the counts. */
    public WarmStart {
        rules = List.copyOf(rules);
        exponents = List.copyOf(exponents);
        if (!exponents.isEmpty() && (exponents.size() != 2 || exponents.stream().anyMatch(e -> !(e > 0)))) {
            throw new IllegalArgumentException(
                    "warmStart.exponents must be two numbers above 0, at the lowest and at the" + " highest price, was "
                            + exponents);
        }
        fullFrom = List.copyOf(fullFrom);
        if (!fullFrom.isEmpty()
                && (exponents.isEmpty()
                        || fullFrom.size() != 2
                        || fullFrom.stream().anyMatch(c -> !(c > 0 && c <= 1)))) {
            throw new IllegalArgumentException(
                    "warmStart.fullFrom must be two numbers in (0, 1] beside exponents, at the"
                            + " lowest and at the highest price, was " + fullFrom);
        }
        if (rules.isEmpty()) {
            throw new IllegalArgumentException("warmStart.rules must hold at least one rule, was empty");
        }
        if (rows < 1) {
            throw new IllegalArgumentException("warmStart.rows must be at least 1, was " + rows);
        }
    }

    /** {@code a = 2^(-8 (1 - c))}, which is {@code y = c}. */
    public static WarmStart defaults() {
        return new WarmStart(
                List.of(new Taught(new DecodingBudget(1, 4), StepSizeChoice.Confidence.defaults())),
                List.of(),
                List.of(),
                400,
                new CloningSettings(1500, 512, 5e-3, 20));
    }

    /**
     * A policy that has learnt the rules.
     *
     * @param shape its shape
     * @param responseLength {@code N}
     * @param seed of its first weights and of the order of states
     */
    public PolicyNetwork teach(PolicyShape shape, int responseLength, long seed) {
        List<Integer> totals = rules.stream()
                .map(taught -> taught.budget().steps(responseLength))
                .distinct()
                .toList();
        PriceRange prices = shape.prices();
        if (!exponents.isEmpty() && prices.none()) {
            throw new ConfigurationException("policy.warmStart.exponents needs the policy feature price");
        }
        List<RowState> states = new ArrayList<>();
        for (RowState row : SyntheticRows.draw(rows, seed)) {
            int number = states.size();
            double price = prices.draw(seed, 0, number);
            PositionMemory memory = shape.state().remembers()
                    ? SyntheticRows.memory(row.length(), row.step(), seed, number)
                    : PositionMemory.NONE;
            states.add(atTotal(row, totals.get(number % totals.size()), price, memory));
        }
        return PolicyCloning.fit(
                        PolicyNetwork.initial(shape, seed), teacher(prices, responseLength), states, cloning, seed)
                .network();
    }

    /**
     * The rules themselves.
     *
     * @param prices that the policy is made for
     * @param responseLength {@code N}
     */
    public StepSizePolicy teacher(PriceRange prices, int responseLength) {
        Map<Integer, ConfidenceStepSize> ruleOf = new LinkedHashMap<>();
        rules.forEach(taught ->
                ruleOf.put(taught.budget().steps(responseLength), taught.rule().stepSize()));
        ConfidenceStepSize any = ruleOf.values().iterator().next();
        return row -> exponents.isEmpty()
                ? ruleOf.getOrDefault(row.totalSteps(), any).choose(row)
                : rule(prices.place(row.price())).choose(row);
    }

    /**
     * The rule at a place of the range of prices; the first of the rules where there are no exponents.
     *
     * @param place 0 for the lowest price, 1 for the highest
     */
    public StepSizePolicy rule(double place) {
        if (exponents.isEmpty()) {
            return rules.get(0).rule().stepSize();
        }
        double exponent = exponents.get(0) * Math.pow(exponents.get(1) / exponents.get(0), place);
        return new ConfidenceStepSize.Power(
                exponent, fullFrom.isEmpty() ? 1 : fullFrom.get(0) + place * (fullFrom.get(1) - fullFrom.get(0)));
    }

    /** The same row at the same share of a decoding of another length. */
    private static RowState atTotal(RowState row, int total, double price, PositionMemory memory) {
        int step = (int) ((long) row.step() * total / row.totalSteps());
        return new RowState(
                row.key(),
                step,
                total,
                row.from(),
                row.topProbability(),
                row.confidence(),
                row.progress(),
                row.active(),
                price,
                memory);
    }
}
