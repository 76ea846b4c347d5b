package io.maskflow.alignment;

import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.Backbones;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.ScriptNetwork;
import io.maskflow.decoder.tensor.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What the training text must know of a transformer: sizes, and its tensors in the order of the text (embedding, last norm,
 * head, then the blocks).
 *
 * @param weights name to shape, each once
 * @param order names in the order of the text; the head of a tied model is the embedding again
 * @param layers blocks
 * @param headSize channels per head
 * @param grouped fewer heads of keys than of queries
 * @param biased whether queries, keys and values have biases
 * @param shift 1 where the logits of a position are for the next one, else 0
 * @param epsilon of the norms
 * @param theta base of the rotary frequencies
 * @param width {@code E}
 * @param tokens ids that batches are made with
 */
record TransformerShape(
        Map<String, Shape> weights,
        List<String> order,
        int layers,
        int headSize,
        boolean grouped,
        boolean biased,
        int shift,
        double epsilon,
        double theta,
        int width,
        TrainingBatch.SpecialTokens tokens) {

    /** Families whose forward the training text computes. */
    private static final List<String> TRAINABLE = List.of("llada", "Dream");

    /** First weight of the first block, its norm, and how many there are before it. */
    private static final int FIRST = 3;

    /**
     * Reads the configuration of a model.
     *
     * @param folder with {@code config.json}
     * @throws CheckpointException if it cannot be trained
     */
    static TransformerShape of(Path folder) {
        BackboneInfo info = Backbones.describe(folder);
        if (!TRAINABLE.contains(info.family())) {
            throw new CheckpointException("model_type must be one of " + String.join(", ", TRAINABLE)
                    + " to be trained, was " + info.family() + " (" + folder.resolve("config.json") + ")");
        }
        ScriptNetwork.Design design = Backbones.design(folder);
        Map<String, Shape> weights = design.weights().shapes();
        List<String> order = design.weights().order();
        boolean biased = order.get(FIRST + 2).endsWith(".bias");
        String queries = order.get(FIRST + 1);
        String keys = order.get(FIRST + (biased ? 3 : 2));
        int end = ModelConfig.read(folder).firstId("eos_token_id", info.vocabularySize());
        return new TransformerShape(
                weights,
                order,
                design.layers(),
                (Integer) design.attributes().get("head_size"),
                !weights.get(queries).equals(weights.get(keys)),
                biased,
                info.logitsPredictNext() ? 1 : 0,
                design.epsilon(),
                design.ropeTheta(),
                info.embeddingSize(),
                new TrainingBatch.SpecialTokens(info.maskId(), end, info.padId()));
    }

    /** Names of embedding, last norm and head, in the order of the text. */
    List<String> outerOrder() {
        return order.subList(0, FIRST);
    }

    /** Names of a block's weights, in the order of the text. */
    List<String> blockOrder(int block) {
        int each = (order.size() - FIRST) / layers;
        return order.subList(FIRST + block * each, FIRST + (block + 1) * each);
    }

    /** Names of the embedding and of the output head. */
    List<String> vocabulary() {
        return List.of(order.get(0), order.get(2));
    }

    /** Names of the matrices of linear layers. */
    List<String> linears() {
        return weights.entrySet().stream()
                .filter(entry -> entry.getValue().dimension() == 2 && !entry.getKey().equals(order.get(0)))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether a matrix writes into the residual stream. */
    boolean writesResidual(String name) {
        return name.matches(".*blocks\\.\\d+\\.(attn_out|ff_out)\\.weight|.*\\.(o_proj|down_proj)\\.weight");
    }
}
