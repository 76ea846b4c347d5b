package io.maskflow.alignment;

import ai.djl.ndarray.types.Shape;
import io.maskflow.decoder.backbone.ModelConfig;
import io.maskflow.decoder.backbone.llada.LladaConfig;
import io.maskflow.decoder.backbone.llada.LladaWeights;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

    /**
     * Reads the configuration of a model.
     *
     * @param folder with {@code config.json}
     * @throws io.maskflow.decoder.tensor.CheckpointException if it cannot be trained
     */
    static TransformerShape of(Path folder) {
        LladaConfig llada = LladaConfig.of(ModelConfig.read(folder));
        Map<String, Shape> weights = new LinkedHashMap<>(LladaWeights.shapes(llada));
        List<String> order = new ArrayList<>(weights.keySet());
        if (llada.tied()) {
            order.add(2, order.get(0));
        }
        return new TransformerShape(
                weights,
                order,
                llada.layers(),
                llada.headSize(),
                llada.keyValueHeads() != llada.heads(),
                false,
                0,
                llada.normEpsilon(),
                llada.ropeTheta(),
                llada.width(),
                new TrainingBatch.SpecialTokens(llada.maskId(), llada.endId(), llada.padId()));
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
