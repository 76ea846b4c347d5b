package io.maskflow.alignment.loss;

/**
 * The alignment loss: the expected embedding under the model's distribution against the clean embedding.
 *
 * <pre>
 *   X_pred = softmax(Z) W_in                        (Eq. 11)
 *   L      = || X_pred - X_0 ||^2,  X_0 = W_in[x_0] (Eq. 12)
 * </pre>
 *
 * <p>The softmax runs over the whole vocabulary, the mask token included. All reductions are
 * {@code sum_{b,i} weight_{b,i} ||X_pred - X_0||^2_{b,i}}; this class gives the weights and the plain reference.
 *
 * @paper XF Eq. 11
 * @paper XF Eq. 12
 */
public final class XPredictionLoss {

    private XPredictionLoss() {}

    /** What gradients may flow into. */
    public enum Gradient {
        /**
         * {@code W_in} in the read-out and in the target is a constant: with a live target the loss can be lowered by
         * shrinking the embeddings. The input look-up keeps its gradient.
         */
        CODEBOOK_DETACHED,
        /** Everything. */
        FULL
    }

    /** How positions are averaged. */
    public enum Reduction {
        /** Sum over positions and embedding dimensions, averaged over nothing. */
        SUM,
        /** Mean over positions of the squared norm. */
        MEAN_OVER_POSITIONS,
        /** Mean over positions and embedding dimensions: the MSE of the paper's Fig. 2. */
        MEAN_OVER_ELEMENTS
    }

    /** Which response positions are trained. */
    public enum Positions {
        /** All of them, as in the paper. */
        ALL,
        /** Those whose token is in the input. */
        UNMASKED
    }

    /**
     * Weights of the positions of a batch.
     *
     * @param batch the batch
     * @param positions which positions count
     * @param reduction how they are averaged; the mean runs over the positions that count
     * @param E embedding width
     * @return {@code [B * N]} row-major
     */
    public static float[] weights(TrainingBatch batch, Positions positions, Reduction reduction, int E) {
        int B = batch.rows();
        int N = batch.responseLength();
        float[] weight = new float[B * N];
        int count = 0;
        for (int j = 0; j < weight.length; j++) {
            boolean chosen = positions == Positions.ALL || !batch.masked()[j / N][j % N];
            if (chosen && batch.counted()[j / N][j % N]) {
                weight[j] = 1;
                count++;
            }
        }
        double scale =
                switch (reduction) {
                    case SUM -> 1;
                    case MEAN_OVER_POSITIONS -> 1.0 / Math.max(1, count);
                    case MEAN_OVER_ELEMENTS -> 1.0 / ((double) Math.max(1, count) * E);
                };
        for (int j = 0; j < weight.length; j++) {
            weight[j] = (float) (weight[j] * scale);
        }
        return weight;
    }

    /**
     * {@code || softmax(z) W - W[target] ||^2} of one position, the readable reference.
     *
     * @param z {@code [V]} logits
     * @param W {@code [V][E]} input embeddings
     * @param target the clean token
     * @return at least 0
     */
    public static double squaredNorm(double[] z, double[][] W, int target) {
        double logSum = MaskedCrossEntropy.logSumExp(z);
        int E = W[0].length;
        double sum = 0;
        for (int e = 0; e < E; e++) {
            double xPred = 0;
            for (int v = 0; v < z.length; v++) {
                xPred += Math.exp(z[v] - logSum) * W[v][e];
            }
            double difference = xPred - W[target][e];
            sum += difference * difference;
        }
        return sum;
    }
}
