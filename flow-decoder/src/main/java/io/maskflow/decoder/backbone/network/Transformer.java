package io.maskflow.decoder.backbone.network;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.network.ScriptNetwork.Design;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A transformer, described: everything that the one text {@code transformer.torchscript} leaves open. Pre-norm residual
 * blocks with RMSNorm, rotate-half RoPE and SwiGLU; a family is a mapping from a configuration to this record.
 *
 * @param vocabulary {@code V}, rows of embedding and head
 * @param width {@code E}
 * @param layers blocks
 * @param maxLength longest prompt + response
 * @param tied whether the head is the embedding
 * @param epsilon of all norms
 * @param heads of attention
 * @param innerWidth {@code F} of the dense blocks
 * @param experts the mixture of experts of the other blocks
 * @param attention which positions see which
 * @param logitsPredictNext whether logits of position {@code i} are for {@code i + 1}
 * @param names of its tensors
 */
public record Transformer(
        int vocabulary,
        int width,
        int layers,
        int maxLength,
        boolean tied,
        double epsilon,
        Heads heads,
        int innerWidth,
        Experts experts,
        AttentionRule attention,
        boolean logitsPredictNext,
        TensorNames names) {

    private static final String TEXT = "transformer.torchscript";

    /**
     * The heads of an attention layer.
     *
     * @param queries {@code H}
     * @param keys {@code H'}, heads of keys and of values, divides H
     * @param size {@code D}, channels of a head; {@code H D} need not be the width
     * @param rotated channels of a head that RoPE turns, even, at most {@code D}
     * @param theta base of the rotary frequencies
     * @param biased whether queries, keys and values have biases
     * @param outputBiased whether the output has one
     * @param normed whether each head of queries and keys passes an RMSNorm before RoPE
     */
    public record Heads(
            int queries,
            int keys,
            int size,
            int rotated,
            double theta,
            boolean biased,
            boolean outputBiased,
            boolean normed) {

        /** Without biases and norms, all channels turned. */
        public static Heads plain(int queries, int keys, int size, double theta) {
            return new Heads(queries, keys, size, size, theta, false, false, false);
        }

        /** The same with biases on queries, keys and values, and perhaps on the output. */
        public Heads biased(boolean projections, boolean output) {
            return new Heads(queries, keys, size, rotated, theta, projections, output, normed);
        }

        /** The same with a norm on each head, or without. */
        public Heads normed(boolean each) {
            return new Heads(queries, keys, size, rotated, theta, biased, outputBiased, each);
        }
    }

    /**
     * A mixture of experts and its routing.
     *
     * @param blocks a letter per block: {@code e} with experts, {@code d} dense
     * @param count {@code X}, routed experts of a block; 0 for none
     * @param width inner width of one
     * @param perToken experts chosen for a token
     * @param sharedWidth inner width of the experts that every token passes, together; 0 for none
     * @param softmax whether scores are the softmax over all experts; else the sigmoid of each
     * @param groups groups of consecutive experts
     * @param keptGroups groups that the chosen experts come from
     * @param biased whether a bias is added to the scores for choosing
     * @param renormalised whether the weights of the chosen ones are divided by their sum
     * @param scale factor of the weights
     */
    public record Experts(
            String blocks,
            int count,
            int width,
            int perToken,
            int sharedWidth,
            boolean softmax,
            int groups,
            int keptGroups,
            boolean biased,
            boolean renormalised,
            double scale) {

        /** A dense network. */
        public static Experts none(int layers) {
            return new Experts("d".repeat(layers), 0, 0, 0, 0, false, 1, 1, false, false, 1);
        }

        /** Whether a block has experts. */
        public boolean in(int block) {
            return blocks.charAt(block) == 'e';
        }

        /** Tensors of the feed-forward part of a block with experts. */
        int tensors() {
            return 1 + (biased ? 1 : 0) + (sharedWidth > 0 ? 3 : 0) + 3 * count;
        }
    }

    /** The text and its layers for decoding. */
    Design design() {
        String text = String.join(
                "\n",
                ScriptNetwork.layersText(),
                text(),
                TorchScript.readResource(Transformer.class, "decoding.torchscript"));
        return new Design(TEXT, text, layers, epsilon, attributes(), weights(), heads.theta(), heads.rotated());
    }

    /** The text of the network without the layers that it is made of. */
    public static String text() {
        return TorchScript.readResource(Transformer.class, TEXT);
    }

    /** What the text reads as {@code self.NAME}. */
    public Map<String, Object> attributes() {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("layers", layers);
        attributes.put("eps", epsilon);
        attributes.put("heads", heads.queries());
        attributes.put("key_heads", heads.keys());
        attributes.put("head_size", heads.size());
        attributes.put("fused", names.isFused());
        attributes.put("biased", heads.biased());
        attributes.put("output_biased", heads.outputBiased());
        attributes.put("head_norms", heads.normed());
        attributes.put("attention_tensors", attentionTensors());
        attributes.put("layout", experts.blocks());
        attributes.put("experts", experts.count());
        attributes.put("expert_tensors", experts.tensors());
        attributes.put("expert_bias", experts.biased());
        attributes.put("shared", experts.sharedWidth() > 0);
        attributes.put("per_token", experts.perToken());
        attributes.put("softmax_scores", experts.softmax());
        attributes.put("groups", experts.groups());
        attributes.put("kept_groups", experts.keptGroups());
        attributes.put("renormalised", experts.renormalised());
        attributes.put("scale", experts.scale());
        return attributes;
    }

    /** Tensors of a block before its feed-forward part. */
    private int attentionTensors() {
        int projections = names.isFused() ? 1 : heads.biased() ? 6 : 3;
        return 3 + projections + (heads.normed() ? 2 : 0) + (heads.outputBiased() ? 1 : 0);
    }

    /** Its tensors by name and shape, in the order of the text. */
    public WeightList weights() {
        WeightList weights = new WeightList();
        weights.addVocabulary(names.embedding(), vocabulary, width);
        weights.add(names.lastNorm(), width);
        weights.addHead(names.head(), tied, vocabulary, width);
        for (int n = 0; n < layers; n++) {
            weights.startBlock();
            attention(weights, names.block(n));
            feedForward(weights, n, names.block(n));
        }
        return weights;
    }

    private void attention(WeightList weights, String block) {
        long q = (long) heads.queries() * heads.size();
        long k = (long) heads.keys() * heads.size();
        weights.add(block + names.norm(), width);
        if (names.isFused()) {
            weights.add(block + names.projections().get(0) + ".weight", q + 2 * k, width);
        } else {
            List<Long> rows = List.of(q, k, k);
            for (int part = 0; part < rows.size(); part++) {
                affine(weights, block + names.projections().get(part), rows.get(part), width, heads.biased());
            }
        }
        if (heads.normed()) {
            weights.add(block + names.queryNorm(), heads.size());
            weights.add(block + names.keyNorm(), heads.size());
        }
        affine(weights, block + names.output(), width, q, heads.outputBiased());
        weights.add(block + names.secondNorm(), width);
    }

    private static void affine(WeightList weights, String name, long to, long from, boolean biased) {
        weights.add(name + ".weight", to, from);
        if (biased) {
            weights.add(name + ".bias", to);
        }
    }

    private void feedForward(WeightList weights, int n, String block) {
        if (!experts.in(n)) {
            swiglu(weights, block + names.feedForward(), innerWidth);
            return;
        }
        weights.addExact(block + names.router(), experts.count(), width);
        if (experts.biased()) {
            weights.add(block + names.expertBias(), experts.count());
        }
        if (experts.sharedWidth() > 0) {
            swiglu(weights, block + names.sharedExperts(), experts.sharedWidth());
        }
        for (int e = 0; e < experts.count(); e++) {
            swiglu(weights, block + names.expert(e), experts.width());
        }
    }

    private void swiglu(WeightList weights, String prefix, long inner) {
        weights.add(prefix + names.gate(), inner, width);
        weights.add(prefix + names.up(), inner, width);
        weights.add(prefix + names.down(), width, inner);
    }
}
