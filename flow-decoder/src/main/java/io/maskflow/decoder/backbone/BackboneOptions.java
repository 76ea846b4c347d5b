package io.maskflow.decoder.backbone;

import java.io.Serializable;

/**
 * How a base model is computed.
 *
 * @param precision number format of the network; states and statistics are float32 always
 * @param device {@code cpu}, {@code gpu} or {@code gpu:N}
 * @param implementation which of the two implementations
 */
public record BackboneOptions(Precision precision, String device, Implementation implementation)
        implements Serializable {

    /** Number format of the network's matrices. */
    public enum Precision {
        /** 32-bit floats. */
        F32,
        /** bfloat16 matrices; norms, rotations, residual stream and softmax stay float32. */
        BF16
    }

    /** The two implementations of every network. */
    public enum Implementation {
        /** TorchScript: fast, any precision. */
        SCRIPT,
        /** Plain array operations: the readable reference, float32 only. */
        EAGER
    }

    /** Refuses a device that cannot be parsed and bfloat16 in the reference implementation. */
    public BackboneOptions {
        if (!device.matches("cpu|gpu(:\\d+)?")) {
            throw new IllegalArgumentException("device must be cpu, gpu or gpu:N, was " + device);
        }
        if (precision == Precision.BF16 && implementation == Implementation.EAGER) {
            throw new IllegalArgumentException("the eager implementation computes in F32 only, BF16 was asked for");
        }
    }

    /** float32 on the CPU, fast implementation. */
    public static BackboneOptions standard() {
        return new BackboneOptions(Precision.F32, "cpu", Implementation.SCRIPT);
    }

    /** The same in bfloat16. */
    public static BackboneOptions bfloat16() {
        return new BackboneOptions(Precision.BF16, "cpu", Implementation.SCRIPT);
    }

    /** The readable reference. */
    public static BackboneOptions reference() {
        return new BackboneOptions(Precision.F32, "cpu", Implementation.EAGER);
    }
}
