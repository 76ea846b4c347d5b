package io.maskflow.experiments.serving.request;

import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.flow.FlowDecoder;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.RuleChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.decoding.step.StepSizes;
import io.maskflow.experiments.models.BackboneChoice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * The decoders of a server by name, each as a request wants it sampled. Safe for use by many threads.
 *
 * <p>The name is what {@code model} says in a request; the first decoder also answers to the name of the base model.
 */
public final class DecoderShelf {

    private static final int REMEMBERED = 64;

    private final Map<String, DecoderChoice> choices;
    private final BackboneChoice backbone;
    private final StepSizes stepSizes;
    private final Map<List<Object>, Decoder> made = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<List<Object>, Decoder> eldest) {
            return size() > REMEMBERED;
        }
    };

    /**
     * Makes every decoder once, so that a wrong setting is found before a server starts.
     *
     * @param choices at least one, the default first
     * @param backbone what they decode with
     * @param stepSizes the policies of flow decoders
     * @throws ConfigurationException if one of them cannot be made
     */
    public DecoderShelf(Map<String, DecoderChoice> choices, BackboneChoice backbone, StepSizes stepSizes) {
        this.choices = new LinkedHashMap<>(choices);
        this.backbone = backbone;
        this.stepSizes = stepSizes;
        choices.values().forEach(this::decoder);
    }

    /** Names of the decoders, the default first. */
    public List<String> names() {
        return List.copyOf(choices.keySet());
    }

    /** Name of the base model. */
    public String backbone() {
        return backbone.name();
    }

    /** The decoder that a request names. */
    public String name(String model) {
        if (model.isEmpty() || model.equals(backbone.name())) {
            return names().get(0);
        }
        if (!choices.containsKey(model)) {
            throw Refusal.of(404, "model_not_found", "model must be one of " + names() + ", was \"" + model + "\"");
        }
        return model;
    }

    /**
     * A decoder.
     *
     * @param name one of {@link #names()}
     * @param sampling what is to be different from its settings
     * @throws Refusal if it cannot be had that way
     */
    public synchronized Decoder decoder(String name, Sampling sampling) {
        return made.computeIfAbsent(List.of(name, sampling), unused -> {
            try {
                return decoder(priced(sampled(choices.get(name), sampling), sampling.price()));
            } catch (ConfigurationException | IllegalArgumentException wrong) {
                throw Refusal.field(
                        sampling.price().isPresent() ? "price" : "temperature",
                        "decoder " + name + ": " + wrong.getMessage());
            }
        });
    }

    /** Where no token is drawn, {@code top_p} has nothing to do: it is let pass. */
    private static DecoderChoice sampled(DecoderChoice choice, Sampling sampling) {
        OptionalDouble temperature = sampling.temperature();
        if (temperature.isEmpty() && sampling.topP().isEmpty()) {
            return choice;
        }
        boolean draws = temperature.orElse(0) > 0;
        return choice.withSampling(temperature, sampling.topP()).orElseGet(() -> {
            if (draws) {
                throw Refusal.field(
                        "temperature",
                        "this decoder draws no tokens: temperature must be 0, was " + temperature.getAsDouble());
            }
            return choice;
        });
    }

    private static DecoderChoice priced(DecoderChoice choice, OptionalDouble price) {
        if (price.isEmpty()) {
            return choice;
        }
        if (choice instanceof FlowChoice flow && flow.stepSize() instanceof StepSizeChoice.Policy learned) {
            return flow.withStepSize(learned.withPrice(price.getAsDouble()));
        }
        throw Refusal.field("price", "this decoder has no policy with a dial: price cannot be given");
    }

    private Decoder decoder(DecoderChoice choice) {
        if (choice instanceof RuleChoice rules) {
            return rules.decoder(backbone);
        }
        if (choice instanceof FlowChoice flow) {
            return new FlowDecoder(flow.settings(), stepSizes.of(flow.stepSize()));
        }
        throw new ConfigurationException("--decoder must decode a single prompt; equal-nfe is chosen by evaluate");
    }
}
