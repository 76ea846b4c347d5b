package io.maskflow.decoder.backbone;

import io.maskflow.decoder.tensor.SafetensorsFile;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.stream.IntStream;

/** The golden checkpoints and their outputs. */
public final class Golden {

    public static final float TOLERANCE = 2e-4f;

    private Golden() {}

    public static Path folder(String name) {
        try {
            return Path.of(Golden.class.getResource("/golden/" + name).toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    public static SafetensorsFile forward() {
        return forward("llada-tiny");
    }

    public static SafetensorsFile forward(String model) {
        return SafetensorsFile.open(folder("forward").resolve(model + ".safetensors"));
    }

    public static int[][] ids(SafetensorsFile file, String name) {
        long[] flat = file.longs(name);
        int rows = (int) file.tensor(name).shape().get(0);
        int length = flat.length / rows;
        return IntStream.range(0, rows)
                .mapToObj(row -> IntStream.range(0, length)
                        .map(i -> (int) flat[row * length + i])
                        .toArray())
                .toArray(int[][]::new);
    }

    public static boolean[][] visible(SafetensorsFile file, String name) {
        int[][] mask = ids(file, name);
        boolean[][] visible = new boolean[mask.length][mask[0].length];
        for (int row = 0; row < mask.length; row++) {
            for (int i = 0; i < mask[row].length; i++) {
                visible[row][i] = mask[row][i] != 0;
            }
        }
        return visible;
    }

    public static float distance(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new AssertionError("lengths differ: " + a.length + " and " + b.length);
        }
        float most = 0;
        for (int i = 0; i < a.length; i++) {
            float d = Math.abs(a[i] - b[i]);
            if (!(d <= most)) {
                most = d;
            }
        }
        return most;
    }
}
