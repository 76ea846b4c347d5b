package io.maskflow.decoder.backbone.llada2;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.MaskedNetwork;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.ModelFamily;
import io.maskflow.decoder.backbone.RotarySettings;
import io.maskflow.decoder.backbone.ScriptNetwork.Design;
import io.maskflow.decoder.tensor.Checkpoint;
import java.util.LinkedHashMap;
import java.util.Map;

/** {@code model_type: llada2_moe}: LLaDA2.0-mini and its kin, a mixture of experts with block-causal attention. */
public final class Llada2Family implements ModelFamily {

    /** Block length that the published sampler uses; configurations do not hold it. */
    private static final int BLOCK_LENGTH = 32;

    /** For the service loader. */
    public Llada2Family() {}

    @Override
    public String modelType() {
        return "llada2_moe";
    }

    @Override
    public String architecture() {
        return "LLaDA2MoeModelLM";
    }

    @Override
    public BackboneInfo describe(String name, ModelConfig config) {
        int vocabulary = config.positive("vocab_size");
        return new BackboneInfo(
                name,
                modelType(),
                vocabulary,
                config.positive("hidden_size"),
                config.tokenId("mask_token_id", vocabulary, "<|mask|>"),
                config.ids("eos_token_id", vocabulary),
                config.id("pad_token_id", vocabulary, config.firstId("eos_token_id", vocabulary)),
                config.positive("max_position_embeddings"),
                false,
                BLOCK_LENGTH);
    }

    @Override
    public Design design(ModelConfig config) {
        Llada2Config llada2 = Llada2Config.of(config);
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("heads", llada2.heads());
        attributes.put("key_heads", llada2.keyValueHeads());
        attributes.put("head_size", llada2.headSize());
        attributes.put("head_norms", llada2.headNorms());
        attributes.put("dense_layers", llada2.denseLayers());
        attributes.put("experts", llada2.experts());
        attributes.put("per_token", llada2.expertsPerToken());
        attributes.put("groups", llada2.groups());
        attributes.put("kept_groups", llada2.keptGroups());
        attributes.put("expert_bias", llada2.expertBias());
        attributes.put("shared", llada2.sharedWidth() > 0);
        attributes.put("scale", llada2.routedScale());
        attributes.put("attention_tensors", llada2.attentionTensors());
        attributes.put("sparse_tensors", llada2.sparseTensors());
        return new Design(
                Llada2Family.class,
                "llada2.torchscript",
                llada2.layers(),
                config.positiveNumber("rms_norm_eps", 1e-6),
                attributes,
                llada2.weights(),
                RotarySettings.of(config, 10_000).theta(),
                llada2.rotarySize());
    }

    @Override
    public MaskedNetwork reference(NDManager manager, ModelConfig config, BackboneInfo info, Checkpoint checkpoint) {
        return new Llada2EagerNetwork(manager, Llada2Config.of(config), design(config), info, checkpoint);
    }
}
