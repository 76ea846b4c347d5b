package io.maskflow.decoder.backbone;

import java.util.List;

/** A model with another attention rule than its own. Does not own the model. */
record RuledPredictor(MaskPredictor model, AttentionRule attention) implements MaskPredictor {

    @Override
    public BackboneInfo info() {
        return model.info().withAttention(attention);
    }

    @Override
    public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule rule) {
        return model.open(prompts, responseLength, rule);
    }

    @Override
    public void close() {
        // the model belongs to whoever opened it
    }
}
