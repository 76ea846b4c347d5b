package io.maskflow.decoder.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.HashMap;
import java.util.Map;

/**
 * Makes bfloat16 arrays. The Java API of the engine has no such type and ends the process when it is asked for one, so
 * only TorchScript methods make, cast and read these arrays; what comes out of here may be handed to
 * {@link TorchScript} and to nothing else.
 *
 * <p>BF16 files are mapped whole and copy nothing; other types are cast.
 */
public final class BFloat16 implements AutoCloseable {

    private static final String PROGRAM =
            """
            def map(self, path: str, elements: int) -> Tensor:
              return torch.from_file(path, False, elements, dtype=15)

            def part(self, whole: Tensor, start: int, stop: int, shape: List[int]) -> Tensor:
              return torch.view(torch.slice(whole, 0, start, stop), shape)

            def cast(self, x: Tensor) -> Tensor:
              return torch.to(x, 15)
            """;

    private final TorchScript program;
    private final NDManager manager;
    private final Map<SafetensorsFile, NDArray> mapped = new HashMap<>();

    /**
     * Loads the methods.
     *
     * @param manager owner of everything made here
     */
    public BFloat16(NDManager manager) {
        this.manager = manager;
        this.program = TorchScript.load(manager, "bfloat16", PROGRAM, Map.of());
    }

    /**
     * A tensor of a checkpoint as bfloat16.
     *
     * @param checkpoint the weights
     * @param name the tensor
     * @return the array; for a BF16 file on the CPU a private mapping of the file
     */
    public NDArray array(Checkpoint checkpoint, String name) {
        SafetensorsFile file = checkpoint.fileOf(name);
        SafetensorsFile.Tensor tensor = file.tensor(name);
        boolean mappable = !checkpoint.isComputed(name)
                && tensor.type() == ElementType.BF16
                && tensor.offset() % Short.BYTES == 0
                && tensor.byteCount() > 0
                && !manager.getDevice().isGpu();
        if (!mappable) {
            try (NDManager scope = manager.newSubManager()) {
                return cast(checkpoint.floatArray(scope, name));
            }
        }
        NDArray whole = mapped.computeIfAbsent(
                file, f -> program.infer(manager, "map", f.path().toString(), lastByte(f) / Short.BYTES)
                        .singletonOrThrow());
        long start = tensor.offset() / Short.BYTES;
        return program.infer(
                        manager,
                        "part",
                        whole,
                        start,
                        start + tensor.byteCount() / Short.BYTES,
                        tensor.shape().getShape())
                .singletonOrThrow();
    }

    private static long lastByte(SafetensorsFile file) {
        return file.names().stream()
                .map(file::tensor)
                .mapToLong(tensor -> tensor.offset() + tensor.byteCount())
                .max()
                .orElse(0);
    }

    /**
     * Rounds an array to bfloat16.
     *
     * @param array float32
     * @return the same numbers, rounded; owned by this object's manager
     */
    public NDArray cast(NDArray array) {
        return program.infer(manager, "cast", array).singletonOrThrow();
    }

    @Override
    public void close() {
        mapped.values().forEach(NDArray::close);
        program.close();
    }
}
