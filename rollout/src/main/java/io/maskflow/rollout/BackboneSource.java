package io.maskflow.rollout;

import io.maskflow.decoder.backbone.MaskPredictor;
import java.io.Serializable;

/**
 * Opens copies of one base model. Travels to workers as names and settings; equal sources open equal models, so that a
 * worker keeps a model as long as it is asked for by an equal source.
 */
@FunctionalInterface
public interface BackboneSource extends Serializable {

    /**
     * Opens one copy.
     *
     * @param device {@code cpu}, {@code gpu} or {@code gpu:N}
     * @return the model; the caller closes it
     */
    MaskPredictor open(String device);
}
