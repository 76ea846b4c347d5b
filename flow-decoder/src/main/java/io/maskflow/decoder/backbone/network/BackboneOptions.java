package io.maskflow.decoder.backbone.network;

import java.io.Serializable;

/**
 * How a base model is computed.
 *
 * @param precision number format of the network; states and statistics are float32 always
 * @param device {@code cpu}, {@code gpu} or {@code gpu:N}
 */
public record BackboneOptions(Precision precision, String device) implements Serializable {

    /** Number format of the network's matrices. */
    public enum Precision {
        /** 32-bit floats. */
        F32,
        /** bfloat16 matrices; norms, rotations, residual stream and softmax stay float32. */
        BF16
    }

    /** Refuses a device that cannot be parsed. */
    public BackboneOptions {
        if (!device.matches("cpu|gpu(:\\d+)?")) {
            throw new IllegalArgumentException("device must be cpu, gpu or gpu:N, was " + device);
        }
    }

    /** float32 on the CPU. */
    public static BackboneOptions standard() {
        return new BackboneOptions(Precision.F32, "cpu");
    }

    /** The same in bfloat16. */
    public static BackboneOptions bfloat16() {
        return new BackboneOptions(Precision.BF16, "cpu");
    }
}
