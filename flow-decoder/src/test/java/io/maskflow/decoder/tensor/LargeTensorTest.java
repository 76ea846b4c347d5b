package io.maskflow.decoder.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tensors of more than one Java buffer, on small ones in small pieces. */
class LargeTensorTest {

    @TempDir
    Path folder;

    @Test
    void piecesGiveTheWholeInEveryFormat() throws IOException {
        float[] values = new float[7 * 5];
        Random random = new Random(3);
        for (int i = 0; i < values.length; i++) {
            values[i] = Floats.fromBFloat16(Floats.toBFloat16((float) random.nextGaussian())); // exact in both formats
        }
        Path path = folder.resolve("model.safetensors");
        SafetensorsWriter writer = new SafetensorsWriter(Map.of());
        writer.floats("wide", values, 7, 5);
        writer.bfloat16("narrow", values, 7, 5);
        writer.write(path);
        SafetensorsFile file = SafetensorsFile.open(path);
        try (NDManager manager = NDManager.newBaseManager("PyTorch")) {
            for (String name : new String[] {"wide", "narrow"}) {
                for (int piece : new int[] {1, 4, 34, 35, 1000}) {
                    try (NDArray read = LargeTensor.read(manager, file, file.tensor(name), piece)) {
                        assertThat(read.getShape().getShape()).containsExactly(7, 5);
                        assertThat(read.toFloatArray())
                                .as("%s in pieces of %d", name, piece)
                                .isEqualTo(values);
                    }
                }
            }
        }
    }
}
