package io.maskflow.alignment.network;

import ai.djl.ndarray.types.Shape;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.backbone.network.WeightList;
import io.maskflow.decoder.tensor.CheckpointException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What training must know of a base model beside the description of its network.
 *
 * @param network the description
 * @param list its tensors in the order of the text: embedding, last norm, head, then the blocks
 * @param attention which positions see which
 * @param shift 1 where the logits of a position are for the next one, else 0
 * @param tokens ids that batches are made with
 */
public record TransformerShape(
        Transformer network, WeightList list, AttentionRule attention, int shift, TrainingBatch.SpecialTokens tokens) {

    /**
     * Reads the configuration of a model.
     *
     * @param folder with {@code config.json}
     * @param overrides what is said of the model where it is named
     * @throws CheckpointException if it cannot be trained
     */
    public static TransformerShape of(Path folder, BackboneOverrides overrides) {
        BackboneInfo info = Backbones.describe(folder, overrides);
        Transformer network = Backbones.transformer(folder)
                .orElseThrow(() -> new CheckpointException("a model of family " + info.family()
                        + " cannot be trained: its network is not the transformer that the training text computes ("
                        + folder.resolve("config.json") + ")"));
        return new TransformerShape(
                network,
                network.weights(),
                info.attention(),
                info.logitsPredictNext() ? 1 : 0,
                new TrainingBatch.SpecialTokens(info.maskId(), info.endId(), info.padId()));
    }

    /** Tensors by name and shape, each once. */
    Map<String, Shape> weights() {
        return list.shapes();
    }

    /** Names in the order of the text; the head of a tied model is the embedding again. */
    List<String> order() {
        return list.order();
    }

    /** Blocks. */
    int layers() {
        return network.layers();
    }

    /** Names of embedding, last norm and head, in the order of the text. */
    List<String> outerOrder() {
        return list.outerOrder();
    }

    /** Names of a block's weights, in the order of the text. */
    List<String> blockOrder(int block) {
        return list.blockOrder(block);
    }

    /** Names of the embedding and of the output head. */
    List<String> vocabulary() {
        return List.of(order().get(0), order().get(2));
    }

    /** Names of the matrices of linear layers; a router of experts is none of them. */
    List<String> linears() {
        return weights().entrySet().stream()
                .filter(entry -> entry.getValue().dimension() == 2
                        && !entry.getKey().equals(order().get(0))
                        && !list.isExact(entry.getKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Whether a matrix writes into the residual stream. */
    boolean writesResidual(String name) {
        return network.names().residual().stream().anyMatch(name::endsWith)
                && !vocabulary().contains(name);
    }
}
