package io.maskflow.alignment.network;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.recipe.AdamW;
import io.maskflow.decoder.tensor.TorchScript;
import java.util.ArrayList;
import java.util.List;

/**
 * Forward and backward pass of one loss: inputs, blocks, head. Either as one gradient graph, or block by block (Chen et al.
 * 2016, arXiv 1604.06174): the forward pass keeps the residual stream {@code x_0 .. x_L} between the blocks and nothing
 * inside them; the backward pass computes each block again, from the last to the first, and hands the gradient of its
 * input down:
 *
 * <pre>
 *   g_L = dL/dx_L,   g_i = (d block_i(x_i) / d x_i)^T g_(i+1)
 * </pre>
 */
final class LayeredPass {

    private final TrainableBackbone backbone;
    private final TorchScript program;
    private final TrainableBackbone.Batch batch;
    private final TrainingLoss loss;

    LayeredPass(TrainableBackbone backbone, TrainableBackbone.Batch batch, TrainingLoss loss) {
        this.backbone = backbone;
        this.program = backbone.program();
        this.batch = batch;
        this.loss = loss;
    }

    /**
     * Computes the loss and, by {@code backward}, its gradients.
     *
     * @param scope owner of the results
     * @param again whether blocks are computed again in the backward pass; without a gradient there is none
     * @param backward called once with the loss
     * @return what the head returns, then what the inputs return beside the embeddings
     */
    NDList run(NDManager scope, boolean again, TrainingObjective.Backward backward) {
        NDList inputs = inputs(scope);
        NDList results = again && JniUtils.isGradMode()
                ? blockByBlock(scope, inputs.get(0), backward)
                : whole(scope, inputs.get(0), backward);
        NDList all = new NDList(results);
        all.addAll(inputs.subNDList(1));
        return all;
    }

    private NDList inputs(NDManager scope) {
        List<Object> arguments = new ArrayList<>(List.of(outer(scope), batch.ids()));
        arguments.addAll(loss.inputArguments());
        return program.train(scope, loss.inputs(), arguments.toArray());
    }

    /** Logits of the response; the adapted weights of one block at a time are made and let go. Without a gradient. */
    NDArray logits(NDManager scope) {
        int L = backbone.architecture().layers();
        NDArray x = program.train(scope, "embed", outer(scope), batch.ids()).get(0);
        for (int i = 0; i < L; i++) {
            try (NDManager one = scope.newSubManager()) {
                NDArray next = block(one, i, x);
                next.attach(scope);
                x.close();
                x = next;
            }
        }
        return program.train(scope, "logits_of", outer(scope), x).get(0);
    }

    private NDList head(NDManager scope, NDArray x) {
        List<Object> arguments = new ArrayList<>(List.of(outer(scope), x, batch.target()));
        arguments.addAll(loss.headArguments());
        return program.train(scope, loss.head(), arguments.toArray());
    }

    /** Embedding, last norm and head. */
    private NDList outer(NDManager scope) {
        return backbone.effective(scope, backbone.architecture().outerOrder());
    }

    private NDList whole(NDManager scope, NDArray embeddings, TrainingObjective.Backward backward) {
        NDList w = backbone.effective(scope, backbone.architecture().order());
        NDArray N = scope.create((long) batch.target().getShape().get(1));
        NDArray[] turns = backbone.turns(scope, batch);
        NDList results = head(
                scope,
                program.train(scope, "all_blocks", w, embeddings, turns[0], turns[1], batch.mask(), N)
                        .get(0));
        backward.of(results.get(0));
        return results;
    }

    private NDList blockByBlock(NDManager scope, NDArray embeddings, TrainingObjective.Backward backward) {
        int L = backbone.architecture().layers();
        try (NDManager stream = scope.newSubManager()) {
            NDArray[] x = new NDArray[L + 1];
            x[0] = leaf(stream, embeddings);
            TrainableBackbone.withoutGradient(() -> {
                for (int i = 0; i < L; i++) {
                    try (NDManager one = stream.newSubManager()) {
                        x[i + 1] = block(one, i, x[i]);
                        x[i + 1].attach(stream);
                    }
                }
                return x;
            });
            x[L] = leaf(stream, x[L]);
            NDList results = head(scope, x[L]);
            backward.of(results.get(0));
            NDArray g = AdamW.gradient(stream, x[L]);
            for (int i = L - 1; i >= 0; i--) {
                try (NDManager one = stream.newSubManager()) {
                    NDArray again = leaf(one, x[i]);
                    JniUtils.backward((PtNDArray) block(one, i, again), (PtNDArray) g, false, false);
                    NDArray below = AdamW.gradient(stream, again);
                    g.close();
                    g = below;
                }
                x[i + 1].close();
            }
            // The engine refuses a gradient where nothing asks for one, and says of no result that it does.
            if (backbone.learnsInputs() || loss.learnsInputs()) {
                JniUtils.backward((PtNDArray) embeddings, (PtNDArray) g, false, false);
            }
            return results;
        }
    }

    private NDArray block(NDManager scope, int i, NDArray x) {
        NDList w = backbone.effective(scope, backbone.architecture().blockOrder(i));
        boolean last = i + 1 == backbone.architecture().layers();
        NDArray N = scope.create(last ? (long) batch.target().getShape().get(1) : 0L);
        NDArray[] turns = backbone.turns(scope, batch);
        NDArray number = scope.create((long) i);
        return program.train(scope, "one_block", w, x, turns[0], turns[1], batch.mask(), N, number)
                .get(0);
    }

    /** The same values at the beginning of a gradient graph of their own ({@code stopGradient} would cut x itself off). */
    private NDArray leaf(NDManager scope, NDArray x) {
        NDArray leaf = program.train(scope, "beginning", x).get(0);
        JniUtils.attachGradient((PtNDArray) leaf, true);
        return leaf;
    }
}
