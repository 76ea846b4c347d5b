package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Map;

/**
 * Finds weights that are no numbers. A single NaN in an attention matrix spoils only some sequences, so an answer may look
 * plausible; every tensor is therefore looked through once when it is loaded: the smallest and the largest element, one
 * pass over the memory, nothing allocated.
 */
public final class FiniteWeights implements AutoCloseable {

    private static final String PROGRAM =
            """
            def extremes(self, x: Tensor) -> Tensor:
              smallest, largest, = torch.aminmax(x)
              return torch.to(torch.stack([smallest, largest]), 6)
            """;

    private final TorchScript program;
    private final NDManager manager;

    /**
     * Loads the method.
     *
     * @param manager of the device that the weights lie on
     */
    public FiniteWeights(NDManager manager) {
        this.manager = manager.newSubManager();
        this.program = TorchScript.load(this.manager, "finite-weights", PROGRAM, Map.of());
    }

    /**
     * Refuses a tensor with a NaN or an infinity.
     *
     * @param checkpoint where it comes from, for the message
     * @param name its name
     * @param tensor its values, float32 or bfloat16
     * @return the tensor
     * @throws CheckpointException naming tensor and folder
     */
    public NDArray require(Checkpoint checkpoint, String name, NDArray tensor) {
        if (tensor.size() == 0) {
            return tensor;
        }
        try (NDManager scope = manager.newSubManager()) {
            float[] extremes =
                    program.infer(scope, "extremes", tensor).singletonOrThrow().toFloatArray();
            if (!Float.isFinite(extremes[0]) || !Float.isFinite(extremes[1])) {
                throw new CheckpointException(
                        "tensor " + name + " of " + checkpoint.folder()
                                + " holds NaN or infinite numbers: the checkpoint is damaged, or was saved from a run that diverged");
            }
        }
        return tensor;
    }

    @Override
    public void close() {
        program.close();
        manager.close();
    }
}
