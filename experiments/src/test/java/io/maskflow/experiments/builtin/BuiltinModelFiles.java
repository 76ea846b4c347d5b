package io.maskflow.experiments.builtin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.reward.problem.builtin.BuiltinCorpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The tokenizer and the configuration of a built-in model, as a function of nothing but the numbers below.
 *
 * @param name resource folder {@code builtin/NAME}
 * @param vocabularySize entries of the vocabulary and rows of the embedding table
 * @param corpusSeed stream of the generator that the tokenizer is learnt from
 * @param width of the states
 * @param blocks transformer blocks
 * @param heads attention heads, a divisor of the width
 * @param hidden units of the gated layer
 */
public record BuiltinModelFiles(
        String name, int vocabularySize, long corpusSeed, int width, int blocks, int heads, int hidden) {

    /** {@code builtin}: what everything else starts from. */
    public static final BuiltinModelFiles BASE = new BuiltinModelFiles("base", 640, 0, 128, 4, 4, 352);

    /** {@code builtin/second}: narrower, deeper, with a larger vocabulary, to try a policy on a model that it has not met. */
    public static final BuiltinModelFiles SECOND = new BuiltinModelFiles("second", 768, 7, 96, 6, 4, 256);

    private static final int CORPUS_EXAMPLES = 20_000;

    /**
     * Writes {@code NAME/tokenizer.json} and {@code NAME/config.json} of each model again.
     *
     * @param arguments one: the folder to write to
     * @throws IOException if the folder cannot be written to
     */
    public static void main(String[] arguments) throws IOException {
        for (BuiltinModelFiles model : List.of(BASE, SECOND)) {
            Path folder = Files.createDirectories(Path.of(arguments[0], model.name));
            Files.writeString(folder.resolve("tokenizer.json"), model.tokenizerJson());
            Files.writeString(folder.resolve("config.json"), model.configJson());
        }
    }

    /** The tokenizer, learnt from the first examples of the training stream. */
    public String tokenizerJson() {
        BuiltinCorpus corpus = new BuiltinCorpus(corpusSeed);
        BytePairTraining training = new BytePairTraining(vocabularySize);
        for (long i = 0; i < CORPUS_EXAMPLES; i++) {
            BuiltinCorpus.Example example = corpus.example(i);
            training.add(example.prompt());
            training.add(example.code());
        }
        return training.tokenizerJson();
    }

    /** The architecture, in the words of a LLaDA checkpoint. */
    public String configJson() {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode config = mapper.createObjectNode();
        config.putArray("architectures").add("LLaDAModelLM");
        config.putObject("auto_map")
                .put("AutoConfig", "configuration_llada.LLaDAConfig")
                .put("AutoModel", "modeling_llada.LLaDAModelLM")
                .put("AutoModelForCausalLM", "modeling_llada.LLaDAModelLM");
        config.put("transformers_version", "4.46.3");
        config.put("model_type", "llada").put("block_type", "llama").put("block_group_size", 1);
        config.put("activation_type", "silu").put("layer_norm_type", "rms").put("rms_norm_eps", 1e-5);
        config.put("layer_norm_with_affine", true).put("attention_layer_norm", false);
        config.put("attention_layer_norm_with_affine", true).put("bias_for_layer_norm", false);
        config.put("d_model", width)
                .put("n_layers", blocks)
                .put("n_heads", heads)
                .put("n_kv_heads", heads);
        config.put("mlp_hidden_size", hidden).put("mlp_ratio", 4).putNull("multi_query_attention");
        config.put("max_sequence_length", 160);
        config.put("rope", true).put("rope_full_precision", true).put("rope_theta", 10000.0);
        config.put("alibi", false).put("alibi_bias_max", 8.0).put("flash_attention", false);
        config.put("attention_dropout", 0.0).put("residual_dropout", 0.0).put("embedding_dropout", 0.0);
        config.put("include_bias", false).put("include_qkv_bias", false).put("input_emb_norm", false);
        config.put("init_device", "meta").put("init_fn", "mitchell").put("init_std", 0.02);
        config.putNull("init_cutoff_factor").put("precision", "amp_bf16").put("scale_logits", false);
        config.put("vocab_size", vocabularySize).put("embedding_size", vocabularySize);
        config.put("weight_tying", true).put("use_cache", false);
        config.put("pad_token_id", 0).put("eos_token_id", 1).put("mask_token_id", 2);
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n";
        } catch (IOException impossible) {
            throw new UncheckedIOException("a tree of numbers could not be written", impossible);
        }
    }
}
