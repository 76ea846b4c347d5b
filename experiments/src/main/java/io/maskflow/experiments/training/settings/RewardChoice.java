package io.maskflow.experiments.training.settings;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.maskflow.policy.PriceRange;
import io.maskflow.reward.CallPrice;
import io.maskflow.reward.CommandReward;
import java.io.Serializable;
import java.util.List;

/** One term of the task reward, with its weight; a term of weight 0 is only written down. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = RewardChoice.PassRate.class, name = "pass-rate"),
    @JsonSubTypes.Type(value = RewardChoice.AllPass.class, name = "all-pass"),
    @JsonSubTypes.Type(value = RewardChoice.Calls.class, name = "calls"),
    @JsonSubTypes.Type(value = RewardChoice.Command.class, name = "command")
})
public sealed interface RewardChoice extends Serializable {

    /** Factor of the term. */
    double weight();

    /** Its name in {@code metrics.jsonl}: {@code rewards/NAME/mean}. */
    String label();

    /**
     * Share of asserts that pass.
     *
     * @param weight in the sum of rewards
     */
    record PassRate(double weight) implements RewardChoice {

        /** Checks the weight. */
        public PassRate {
            requireWeight("pass-rate", weight);
        }

        /** Weight 1. */
        public static PassRate defaults() {
            return new PassRate(1);
        }

        @Override
        public String label() {
            return "pass_rate";
        }
    }

    /**
     * 1 if all asserts pass, else 0.
     *
     * @param weight in the sum of rewards
     */
    record AllPass(double weight) implements RewardChoice {

        /** Checks the weight. */
        public AllPass {
            requireWeight("all-pass", weight);
        }

        /** Weight 1. */
        public static AllPass defaults() {
            return new AllPass(1);
        }

        @Override
        public String label() {
            return "all_pass";
        }
    }

    /**
     * What model calls cost.
     *
     * @param price of {@code N} calls together, in units of the task reward, at least 0; two numbers: a range, of which each
     *     group draws its own price, even on the logarithmic scale. A range needs the policy feature {@code price}
     * @param form how it enters: {@code additive}, {@code multiplicative} or {@code power}
     * @param weight factor of the price
     */
    record Calls(List<Double> price, CallPrice form, double weight) implements RewardChoice {

        /** Checks that it is a price or a range. */
        public Calls {
            price = List.copyOf(price);
            requireWeight("calls", weight);
            if (price.isEmpty() || price.size() > 2) {
                throw new IllegalArgumentException(
                        "reward calls.price must be a number or two, lowest and highest, was " + price);
            }
            if (form == null) {
                throw new IllegalArgumentException(
                        "reward calls.form must be additive, multiplicative or power, was empty");
            }
            new PriceRange(price.get(0), price.get(price.size() - 1));
        }

        /** All calls together cost 0.3 of a solved problem. */
        public static Calls defaults() {
            return new Calls(List.of(0.3), CallPrice.ADDITIVE, 1);
        }

        /** The prices. */
        PriceRange range() {
            return new PriceRange(price.get(0), price.get(price.size() - 1));
        }

        @Override
        public String label() {
            return "calls";
        }
    }

    /**
     * What a command says, see {@link CommandReward}.
     *
     * @param run the command
     * @param name its name in the metrics, {@code command} by default
     * @param seconds how long one batch of answers may take
     * @param weight factor of its number
     */
    record Command(String run, String name, double seconds, double weight) implements RewardChoice {

        /** Checks name and weight; {@link CommandReward} checks the rest. */
        public Command {
            requireWeight("command", weight);
            if (name == null || !name.matches("[a-z][a-z0-9_]*")) {
                throw new IllegalArgumentException(
                        "reward command.name must be lower-case letters, digits and _, was " + name);
            }
        }

        /** Half a minute, weight 1; the command must be given. */
        public static Command defaults() {
            return new Command("", "command", 30, 1);
        }

        /** What runs it. */
        CommandReward reward() {
            return new CommandReward(run, seconds);
        }

        @Override
        public String label() {
            return name;
        }
    }

    private static void requireWeight(String term, double weight) {
        if (!Double.isFinite(weight) || term.equals("calls") && weight < 0) {
            throw new IllegalArgumentException("reward " + term + ".weight must be a finite number"
                    + (term.equals("calls") ? ", at least 0" : "") + ", was " + weight);
        }
    }
}
