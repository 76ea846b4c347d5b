package io.maskflow.experiments.decoding;

import io.maskflow.decoder.DecodingBudget;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import java.util.List;

/**
 * {@code type: curve}: a decoder at every value of its dial, accuracy against model calls. A budget is a ceiling of the calls
 * of a single answer; a dial called {@code steps} sets that ceiling itself, for decoders that make the same number of calls
 * for every answer.
 *
 * @param backbone see {@link DecoderChoice#backbone()}
 * @param budgets see {@link DecoderChoice#budgets()}
 * @param decoder any decoder but {@code curve}, {@code equal-nfe} and a flow whose step size is {@code best-of}
 * @param dial {@value #STEPS}, or a number of the decoder's settings that trades calls for accuracy
 * @param values of the dial, at least one, each once
 */
public record CurveChoice(
        String backbone, List<DecodingBudget> budgets, DecoderChoice decoder, String dial, List<Double> values)
        implements DecoderChoice.Dialled {

    /** The dial that every decoder has: the number of steps. */
    public static final String STEPS = "steps";

    /** Copies the lists; refuses a dial that the decoder does not have. */
    public CurveChoice {
        budgets = List.copyOf(budgets);
        values = List.copyOf(values);
        requirePlain(decoder);
        if (!dial.equals(STEPS)) {
            Dial.check(decoder, dial, values);
        } else if (values.isEmpty() || values.stream().anyMatch(v -> v < 1 || v != Math.rint(v))) {
            throw new IllegalArgumentException(
                    "the values of dial steps must be whole numbers of at least 1, were " + values);
        }
    }

    /** Mask prediction by confidence thresholds. */
    public static CurveChoice defaults() {
        return new CurveChoice(
                "",
                List.of(),
                MaskPredictionChoice.defaults(),
                "threshold",
                List.of(0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95));
    }

    /** Refuses a decoder that is itself a choice among several. */
    static void requirePlain(DecoderChoice decoder) {
        boolean bestOf = decoder instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.BestOf;
        if (bestOf || decoder instanceof CurveChoice || decoder instanceof EqualNfeChoice) {
            throw new IllegalArgumentException("decoder must not be curve, equal-nfe or a flow with step size best-of");
        }
    }

    /** The decoder at a value of the dial. */
    public DecoderChoice at(double value) {
        return dial.equals(STEPS) ? decoder : Dial.turn(decoder, dial, value);
    }

    /**
     * The steps that a decoder is given at a value of the dial.
     *
     * @param value of the dial
     * @param ceiling the budget
     * @param responseLength {@code N}
     */
    public DecodingBudget steps(double value, DecodingBudget ceiling, int responseLength) {
        return dial.equals(STEPS) ? new DecodingBudget((int) value, responseLength) : ceiling;
    }

    @Override
    public CurveChoice withPolicy(String file) {
        return new CurveChoice(backbone, budgets, decoder.withPolicy(file), dial, values);
    }
}
