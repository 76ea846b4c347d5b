package io.maskflow.decoder.tensor;

import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Path;

/** Conversions between the 16-bit float formats and float32. */
final class Floats {

    private Floats() {}

    /** Reads all elements of a tensor of floats into {@code to}. */
    static void read(SafetensorsFile.Tensor tensor, Path path, ByteBuffer from, FloatBuffer to) {
        int count = to.remaining();
        switch (tensor.type()) {
            case F32 -> to.put(from.asFloatBuffer());
            case F64 -> {
                for (int i = 0; i < count; i++) {
                    to.put(i, (float) from.getDouble(i * Double.BYTES));
                }
            }
            case BF16 -> {
                for (int i = 0; i < count; i++) {
                    to.put(i, fromBFloat16(from.getShort(i * Short.BYTES)));
                }
            }
            case F16 -> {
                for (int i = 0; i < count; i++) {
                    to.put(i, fromFloat16(from.getShort(i * Short.BYTES)));
                }
            }
            default ->
                throw new CheckpointException("tensor " + tensor.name() + " of " + path
                        + " must hold F32, BF16, F16 or F64 to be read as floats, holds " + tensor.type());
        }
    }

    /** bfloat16 is the upper half of a float32: exact. */
    static float fromBFloat16(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /** Nearest bfloat16, ties to even; NaN stays NaN. */
    static short toBFloat16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) (bits >>> 16 | 0x40);
        }
        return (short) (bits + 0x7fff + (bits >>> 16 & 1) >>> 16);
    }

    /** IEEE half precision to float32: exact, subnormal numbers included. */
    static float fromFloat16(short half) {
        int sign = (half & 0x8000) << 16;
        int exponent = half >>> 10 & 0x1f;
        int fraction = half & 0x3ff;
        if (exponent == 0) { // zero or subnormal: fraction * 2^-24
            float magnitude = fraction * 0x1p-24f;
            return sign == 0 ? magnitude : -magnitude;
        }
        int widened = exponent == 0x1f ? 0xff : exponent - 15 + 127;
        return Float.intBitsToFloat(sign | widened << 23 | fraction << 13);
    }
}
