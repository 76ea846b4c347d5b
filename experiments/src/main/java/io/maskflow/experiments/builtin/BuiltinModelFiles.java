package io.maskflow.experiments.builtin;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.decoder.tokenizer.BytePairTraining;
import io.maskflow.reward.problem.builtin.BuiltinCorpus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The tokenizer and the configuration of the built-in model, as a function of nothing but the numbers below. */
public final class BuiltinModelFiles {
    /** Entries of the vocabulary and rows of the embedding table. */
    public static final int VOCABULARY_SIZE = 640;

    private static final long CORPUS_SEED = 0;
    private static final int CORPUS_EXAMPLES = 20_000;

    private BuiltinModelFiles() {}

    /**
     * Writes {@code tokenizer.json} and {@code config.json} again.
     *
     * @param arguments one: the folder to write to
     * @throws IOException if the folder cannot be written to
     */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("tokenizer.json"), tokenizerJson());
        Files.writeString(folder.resolve("config.json"), configJson());
    }

    /** The tokenizer, learnt from the first examples of the training stream. */
    public static String tokenizerJson() {
        BuiltinCorpus corpus = new BuiltinCorpus(CORPUS_SEED);
        BytePairTraining training = new BytePairTraining(VOCABULARY_SIZE);
        for (long i = 0; i < CORPUS_EXAMPLES; i++) {
            BuiltinCorpus.Example example = corpus.example(i);
            training.add(example.prompt());
            training.add(example.code());
        }
        return training.tokenizerJson();
    }

    /** The architecture, in the words of a LLaDA checkpoint. */
    public static String configJson() {
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
        config.put("d_model", 128).put("n_layers", 4).put("n_heads", 4).put("n_kv_heads", 4);
        config.put("mlp_hidden_size", 352).put("mlp_ratio", 4).putNull("multi_query_attention");
        config.put("max_sequence_length", 160);
        config.put("rope", true).put("rope_full_precision", true).put("rope_theta", 10000.0);
        config.put("alibi", false).put("alibi_bias_max", 8.0).put("flash_attention", false);
        config.put("attention_dropout", 0.0).put("residual_dropout", 0.0).put("embedding_dropout", 0.0);
        config.put("include_bias", false).put("include_qkv_bias", false).put("input_emb_norm", false);
        config.put("init_device", "meta").put("init_fn", "mitchell").put("init_std", 0.02);
        config.putNull("init_cutoff_factor").put("precision", "amp_bf16").put("scale_logits", false);
        config.put("vocab_size", VOCABULARY_SIZE).put("embedding_size", VOCABULARY_SIZE);
        config.put("weight_tying", true).put("use_cache", false);
        config.put("pad_token_id", 0).put("eos_token_id", 1).put("mask_token_id", 2);
        try {
            return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(config) + "\n";
        } catch (IOException impossible) {
            throw new UncheckedIOException("a tree of numbers could not be written", impossible);
        }
    }
}
