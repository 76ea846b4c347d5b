package io.maskflow.experiments.serving.request;

import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import java.util.Optional;

/**
 * What is served.
 *
 * @param info of the base model
 * @param tokenizer of the base model
 * @param chat its chat template, if it has one
 * @param decoders by name
 */
public record ServedModel(BackboneInfo info, Tokenizer tokenizer, Optional<ChatTemplate> chat, DecoderShelf decoders) {

    /** Text of a response, cut at its first end token. */
    String text(int[] ids) {
        return tokenizer.decodeUntilEnd(ids, info.endIds());
    }
}
