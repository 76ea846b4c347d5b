package io.maskflow.decoder;

/**
 * How a response is cut into blocks and the steps are shared among them.
 *
 * <p>Blocks are counted from the response start and follow each other; the last one is shorter when the length does not
 * divide. The steps are divided evenly: {@code T / nb} each, the first {@code T mod nb} blocks get one more.
 *
 * @param responseLength {@code N}, at least 1
 * @param blockLength positions per block, in [1, N]
 * @param steps {@code T}, at least the number of blocks
 */
public record BlockSchedule(int responseLength, int blockLength, int steps) {

    /** Refuses a schedule in which some block would get no step. */
    public BlockSchedule {
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        if (blockLength < 1 || blockLength > responseLength) {
            throw new IllegalArgumentException(
                    "blockLength must lie in [1, responseLength = " + responseLength + "], was " + blockLength);
        }
        int blocks = (responseLength + blockLength - 1) / blockLength;
        if (steps < blocks) {
            throw new IllegalArgumentException("the budget must allow at least one step for each of the " + blocks
                    + " blocks (responseLength " + responseLength + ", blockLength " + blockLength + "), was " + steps
                    + " steps");
        }
    }

    /**
     * The schedule that a setting asks for.
     *
     * @param responseLength {@code N}
     * @param blockLength positions per block; 0, or anything above {@code N}, means the whole response as one block
     * @param steps {@code T}
     */
    public static BlockSchedule of(int responseLength, int blockLength, int steps) {
        boolean whole = blockLength == 0 || blockLength > responseLength;
        return new BlockSchedule(responseLength, whole ? responseLength : blockLength, steps);
    }

    /** Number of blocks {@code nb}. */
    public int blocks() {
        return (responseLength + blockLength - 1) / blockLength;
    }

    /** First response position of a block. */
    public int from(int block) {
        return block * blockLength;
    }

    /** Positions of a block. */
    public int length(int block) {
        return Math.min(blockLength, responseLength - from(block));
    }

    /** Steps of a block. */
    public int steps(int block) {
        return steps / blocks() + (block < steps % blocks() ? 1 : 0);
    }

    /** Step index {@code l}, over the whole generation, at which a block begins; for {@code block = nb} it is T. */
    public int firstStep(int block) {
        return block * (steps / blocks()) + Math.min(block, steps % blocks());
    }
}
