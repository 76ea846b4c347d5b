package io.maskflow.alignment.objective;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import io.maskflow.decoder.softmask.RawSoftMask;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The parameters of the feedback as leaves of the gradient graph, before their transforms, {@code [1]} each.
 *
 * @paper SM App. A.1
 */
public final class SoftMaskWeights {

    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    /**
     * The feedback parameters as leaves with gradients.
     *
     * @param manager keeps them
     * @param start their first values
     */
    public SoftMaskWeights(NDManager manager, RawSoftMask start) {
        tensors.put("soft_masking.raw_scale", manager.create(new float[] {(float) start.rawScale()}));
        tensors.put("soft_masking.raw_steep", manager.create(new float[] {(float) start.rawSteep()}));
        tensors.put("soft_masking.raw_centre", manager.create(new float[] {(float) start.rawCentre()}));
        tensors.put("soft_masking.raw_temperature", manager.create(new float[] {(float) start.rawTemperature()}));
        tensors.values().forEach(tensor -> JniUtils.attachGradient((PtNDArray) tensor, true));
    }

    /** Scale, steepness, centre, temperature. */
    public Map<String, NDArray> tensors() {
        return tensors;
    }

    /** Their values now. */
    RawSoftMask raw() {
        double[] values = tensors.values().stream()
                .mapToDouble(tensor -> tensor.toFloatArray()[0])
                .toArray();
        return new RawSoftMask(values[0], values[1], values[2], values[3]);
    }
}
