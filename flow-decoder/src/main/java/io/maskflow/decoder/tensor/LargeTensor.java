package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * Tensors whose float32 numbers fill more than one Java buffer (2 GiB): converted piece by piece into one array of the engine.
 * The embedding of Dream-7B is one.
 */
final class LargeTensor {

    private static final String PROGRAM =
            """
            def room(self, like: Tensor, elements: int) -> Tensor:
              return torch.new_empty(like, [elements])

            def put(self, whole: Tensor, part: Tensor, start: int) -> Tensor:
              return torch.copy_(torch.slice(whole, 0, start, torch.add(start, torch.size(part, 0))), part)

            def shaped(self, whole: Tensor, shape: List[int]) -> Tensor:
              return torch.view(whole, shape)
            """;

    private LargeTensor() {}

    /**
     * Reads a tensor.
     *
     * @param manager owner of the array
     * @param file where it stands
     * @param tensor of floats
     * @param piece elements converted at a time, at least 1
     * @return float32, on the manager's device
     */
    static NDArray read(NDManager manager, SafetensorsFile file, SafetensorsFile.Tensor tensor, int piece) {
        long count = tensor.shape().size();
        int size = (int) (tensor.byteCount() / count);
        try (NDManager scope = manager.newSubManager();
                TorchScript program = TorchScript.load(scope, "large-tensor", PROGRAM, Map.of())) {
            NDArray whole =
                    program.infer(scope, "room", scope.create(0f), count).singletonOrThrow();
            for (long from = 0; from < count; from += piece) {
                int some = (int) Math.min(piece, count - from);
                ByteBuffer floats =
                        ByteBuffer.allocateDirect(some * Float.BYTES).order(ByteOrder.nativeOrder());
                Floats.read(
                        tensor,
                        file.path(),
                        file.bytes(tensor, from * size, (long) some * size),
                        floats.asFloatBuffer());
                try (NDArray part = scope.create(floats, new Shape(some), DataType.FLOAT32)) {
                    program.infer(scope, "put", whole, part, from);
                }
            }
            NDArray shaped = program.infer(
                            scope, "shaped", whole, tensor.shape().getShape())
                    .singletonOrThrow();
            shaped.attach(manager);
            return shaped;
        }
    }
}
