package io.maskflow.alignment;

/** What the matrix products of a training step compute in. Weights, gradients, norms, softmax and losses are float32. */
public enum Precision {
    FLOAT32(6),
    /** Faster on processors with bfloat16 units; the weights that are updated stay float32. */
    BFLOAT16(15);

    private final int engineCode;

    Precision(int engineCode) {
        this.engineCode = engineCode;
    }

    /** The engine's number of the type. */
    long engineCode() {
        return engineCode;
    }
}
