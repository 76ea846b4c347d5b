package io.maskflow.policy.grpo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Decisions as NumPy files: {@code features.npy} float32 {@code [D, F]}, {@code latent.npy}, {@code advantage.npy} and
 * {@code log_probability.npy} float64 {@code [D]}, {@code starts.npy} int64 {@code [J + 1]} (first decision of each
 * trajectory, and D).
 */
public final class TrajectoryExport {

    private TrajectoryExport() {}

    /**
     * Writes the files.
     *
     * @param folder made if absent
     * @param batch at least one decision
     * @throws IOException if a file cannot be written
     */
    public static void write(Path folder, DecisionBatch batch) throws IOException {
        if (batch.count() == 0) {
            throw new IllegalArgumentException("an export needs at least one decision (" + folder + ")");
        }
        Files.createDirectories(folder);
        try (INDArray flat = Nd4j.createFromArray(batch.features);
                INDArray features = flat.reshape('c', batch.count(), batch.featureCount)) {
            write(folder.resolve("features.npy"), features);
        }
        write(folder.resolve("latent.npy"), batch.latent);
        write(folder.resolve("advantage.npy"), batch.advantage);
        write(folder.resolve("log_probability.npy"), batch.oldLogProbability);
        long[] starts = java.util.Arrays.stream(batch.starts).asLongStream().toArray();
        try (INDArray array = Nd4j.createFromArray(starts)) {
            write(folder.resolve("starts.npy"), array);
        }
    }

    private static void write(Path file, double[] values) throws IOException {
        try (INDArray array = Nd4j.createFromArray(values)) {
            write(file, array);
        }
    }

    private static void write(Path file, INDArray array) throws IOException {
        Files.write(file, Nd4j.toNpyByteArray(array));
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @param folder the folder
     * @throws IOException if a file cannot be read
     */
    public static DecisionBatch read(Path folder) throws IOException {
        try (INDArray features = array(folder.resolve("features.npy"));
                INDArray latent = array(folder.resolve("latent.npy"));
                INDArray advantage = array(folder.resolve("advantage.npy"));
                INDArray logProbability = array(folder.resolve("log_probability.npy"));
                INDArray starts = array(folder.resolve("starts.npy"))) {
            return DecisionBatch.of(
                    (int) features.size(1),
                    features.data().asFloat(),
                    latent.toDoubleVector(),
                    advantage.toDoubleVector(),
                    logProbability.toDoubleVector(),
                    starts.toIntVector());
        }
    }

    private static INDArray array(Path file) throws IOException {
        return Nd4j.createNpyFromByteArray(Files.readAllBytes(file));
    }
}
