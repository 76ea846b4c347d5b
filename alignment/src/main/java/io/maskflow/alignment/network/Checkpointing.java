package io.maskflow.alignment.network;

import ai.djl.Device;
import ai.djl.util.cuda.CudaUtils;
import io.maskflow.alignment.network.TrainableBackbone.Batch;
import io.maskflow.alignment.recipe.CheckpointBlocks;
import io.maskflow.decoder.backbone.network.Transformer;
import java.io.IOException;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;

/** Decides for each batch whether its blocks are computed again in the backward pass. */
final class Checkpointing {

    private static final Path MEMORY = Path.of("/proc/meminfo");
    private static final int FLOAT = 4;

    private final CheckpointBlocks when;
    private final TransformerShape shape;
    private final int product;
    private long largest;
    private boolean again;

    /**
     * @param when what the settings say
     * @param shape sizes of the model
     * @param bfloat16 whether matrix products are computed in bfloat16
     */
    Checkpointing(CheckpointBlocks when, TransformerShape shape, boolean bfloat16) {
        this.when = when;
        this.shape = shape;
        this.product = bfloat16 ? 2 : FLOAT;
    }

    /** Whether the blocks of this batch are computed again. In mode auto: once it had to be, always. */
    boolean of(Batch batch) {
        if (when == CheckpointBlocks.AUTO) {
            long needed = bytes(batch.rows(), batch.length());
            if (needed > largest) {
                largest = needed;
                again |= needed > available(batch.ids().getDevice()) / 2;
            }
            return again;
        }
        return when == CheckpointBlocks.ALWAYS;
    }

    /**
     * What a gradient graph of all blocks keeps, about: per position the residual stream twice, six vectors of the width and four
     * of the feed-forward in the precision of products, and the attention of each head twice.
     */
    long bytes(long B, long T) {
        Transformer network = shape.network();
        Transformer.Experts experts = network.experts();
        long E = network.width();
        long F = Math.max(network.innerWidth(), (long) experts.perToken() * experts.width() + experts.sharedWidth());
        long heads = network.heads().queries();
        long position = 2 * FLOAT * E + (6 * E + 4 * F) * product + heads * T * (FLOAT + product);
        return shape.layers() * B * T * position;
    }

    /** Bytes free on a GPU, or that can be had without swapping; a system that does not say has enough. */
    private static long available(Device device) {
        if (device.isGpu()) {
            MemoryUsage memory = CudaUtils.getGpuMemory(device);
            return memory.getMax() - memory.getCommitted();
        }
        try {
            return Files.readAllLines(MEMORY).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(Long.MAX_VALUE);
        } catch (IOException | NumberFormatException unknown) {
            return Long.MAX_VALUE;
        }
    }
}
