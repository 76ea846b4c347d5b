package io.maskflow.decoder.tensor;

/** Element types of the safetensors format. Every type can be listed; those with a reader can be read. */
public enum ElementType {
    /** 64-bit IEEE float. */
    F64(8),
    /** 32-bit IEEE float. */
    F32(4),
    /** 16-bit IEEE float. */
    F16(2),
    /** The upper 16 bits of an F32. */
    BF16(2),
    /** Signed 64-bit whole number. */
    I64(8),
    /** Signed 32-bit whole number. */
    I32(4),
    /** Signed 16-bit whole number. */
    I16(2),
    /** Signed 8-bit whole number. */
    I8(1),
    /** Unsigned 64-bit whole number. */
    U64(8),
    /** Unsigned 32-bit whole number. */
    U32(4),
    /** Unsigned 16-bit whole number. */
    U16(2),
    /** Unsigned 8-bit whole number. */
    U8(1),
    /** 8-bit float, 4 bits of exponent. */
    F8_E4M3(1),
    /** 8-bit float, 5 bits of exponent. */
    F8_E5M2(1),
    /** 8-bit power of two, a scale of other formats. */
    F8_E8M0(1),
    /** One byte, 0 or 1. */
    BOOL(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** Bytes of one element. */
    public int bytes() {
        return bytes;
    }
}
