package io.maskflow.experiments.conformance;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.DecodingSession;
import io.maskflow.decoder.backbone.MaskPredictor;
import java.util.List;

/** A backbone with the attention that a golden case was made with. Does not own the backbone. */
record RuledBackbone(MaskPredictor backbone, AttentionRule attention) implements MaskPredictor {

    @Override
    public BackboneInfo info() {
        return backbone.info().withAttention(attention);
    }

    @Override
    public DecodingSession open(List<int[]> prompts, int responseLength, AttentionRule rule) {
        return backbone.open(prompts, responseLength, rule);
    }

    @Override
    public void close() {
        // the backbone belongs to whoever opened it
    }
}
