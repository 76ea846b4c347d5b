package io.maskflow.decoder.backbone.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.engine.MaskedNetwork;
import io.maskflow.decoder.backbone.engine.Passage;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.tensor.Checkpoint;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A network as a TorchScript program with its weights as inputs, in float32 or bfloat16. The program is the resource
 * {@code layers.torchscript} followed by a text that defines {@code hidden} and {@code logits}.
 */
public final class ScriptNetwork implements MaskedNetwork {

    private static final String LAYERS = "layers.torchscript";

    private final Design design;
    private final BackboneInfo info;
    private final NDManager manager;
    private final TorchScript program;
    private final Checkpoint checkpoint;
    private final boolean bfloat16;
    private IValue weights;
    private final RotaryTable rotary;

    /**
     * A network without its weights.
     *
     * @param name of the text, for messages
     * @param text the whole program
     * @param layers blocks, {@code self.layers} of the text
     * @param epsilon of the norms, {@code self.eps}
     * @param attributes the other {@code self.name} values
     * @param weights tensors in the order of the text
     * @param ropeTheta base of the rotary frequencies
     * @param rotarySize channels of a head that are rotated
     */
    public record Design(
            String name,
            String text,
            int layers,
            double epsilon,
            Map<String, ?> attributes,
            WeightList weights,
            double ropeTheta,
            int rotarySize) {}

    /** The layers that the texts of all networks are made of. */
    public static String layersText() {
        return TorchScript.readResource(ScriptNetwork.class, LAYERS);
    }

    /**
     * Loads the text and checks names, shapes and types of the weights; they are read when they are first needed.
     *
     * @param manager owner of all; closed with this network
     * @param design the network
     * @param info what decoders are told
     * @param checkpoint its weights
     * @param precision of the matrices
     */
    public ScriptNetwork(
            NDManager manager, Design design, BackboneInfo info, Checkpoint checkpoint, Precision precision) {
        design.weights().check(checkpoint);
        this.checkpoint = checkpoint;
        this.bfloat16 = precision == Precision.BF16;
        this.design = design;
        this.info = info;
        this.manager = manager;
        this.program = TorchScript.load(manager, design.name(), design.text(), attributes(design, bfloat16));
        this.rotary = new RotaryTable(manager, design.ropeTheta(), design.rotarySize());
    }

    private IValue weights() {
        if (weights == null) {
            NDList arrays = design.weights().load(manager, checkpoint, bfloat16);
            weights = IValue.listFrom(arrays.toArray(new PtNDArray[0]));
        }
        return weights;
    }

    private static Map<String, Object> attributes(Design design, boolean bfloat16) {
        Map<String, Object> attributes = new LinkedHashMap<>(design.attributes());
        attributes.put("layers", design.layers());
        attributes.put("eps", design.epsilon());
        attributes.put("widened", bfloat16);
        return attributes;
    }

    @Override
    public BackboneInfo info() {
        return info;
    }

    @Override
    public NDManager manager() {
        return manager;
    }

    @Override
    public int layers() {
        return design.layers();
    }

    @Override
    public NDArray embed(NDManager scope, NDArray ids) {
        return program.infer(scope, "embed", weights(), ids).singletonOrThrow();
    }

    @Override
    public NDList hidden(NDManager scope, NDArray embeddings, Passage passage, int layers) {
        int length = (int) embeddings.getShape().get(1);
        NDArray[] table = rotary.between(scope, passage.first(), passage.first() + length);
        return program.infer(
                scope,
                "hidden",
                weights(),
                embeddings,
                table[0],
                table[1],
                passage.mask(),
                passage.past(),
                passage.first(),
                passage.keysTo(),
                passage.from(),
                passage.to(),
                layers,
                passage.kept());
    }

    @Override
    public NDArray logits(NDManager scope, NDArray hidden) {
        return program.infer(scope, "logits", weights(), hidden).singletonOrThrow();
    }

    @Override
    public void close() {
        if (weights != null) {
            weights.close();
        }
        rotary.close();
        program.close();
        manager.close();
    }
}
