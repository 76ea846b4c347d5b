package io.maskflow.decoder;

import io.maskflow.decoder.backbone.AttentionRule;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.Window;

/**
 * How a response is cut into blocks and the steps are shared among them.
 *
 * <p>Blocks follow each other. They are counted from the response start, and the last one is shorter when the length does
 * not divide; or they are aligned to multiples of the block length in absolute position, prompt included, as
 * block-causal models need it: then the first one is shorter when the prompt ends inside a block. The steps are divided
 * evenly: {@code T / nb} each, the first {@code T mod nb} blocks get one more.
 *
 * @param responseLength positions to decode, at least 1
 * @param blockLength positions per block, in [1, responseLength], or more for a single aligned block
 * @param steps {@code T}, at least the number of blocks
 * @param before positions of the first block that the prompt holds, in [0, blockLength)
 */
public record BlockSchedule(int responseLength, int blockLength, int steps, int before) {

    /** Refuses a schedule in which some block would get no step. */
    public BlockSchedule {
        if (responseLength < 1) {
            throw new IllegalArgumentException("responseLength must be at least 1, was " + responseLength);
        }
        if (blockLength < 1 || blockLength > responseLength + before) {
            throw new IllegalArgumentException(
                    "blockLength must lie in [1, responseLength = " + responseLength + "], was " + blockLength);
        }
        if (before < 0 || before >= blockLength) {
            throw new IllegalArgumentException("the prompt must hold at least 0 and fewer than all " + blockLength
                    + " positions of the first block, was " + before);
        }
        int blocks = (responseLength + before + blockLength - 1) / blockLength;
        if (steps < blocks) {
            throw new IllegalArgumentException("the budget must allow at least one step for each of the " + blocks
                    + " blocks (responseLength " + responseLength + ", blockLength " + blockLength + "), was " + steps
                    + " steps");
        }
    }

    /** Blocks counted from the response start. */
    public BlockSchedule(int responseLength, int blockLength, int steps) {
        this(responseLength, blockLength, steps, 0);
    }

    /**
     * The schedule that a setting asks for, counted from the response start.
     *
     * @param responseLength {@code N}
     * @param blockLength positions per block; 0, or anything above {@code N}, means the whole response as one block
     * @param steps {@code T}
     */
    public static BlockSchedule of(int responseLength, int blockLength, int steps) {
        boolean whole = blockLength == 0 || blockLength > responseLength;
        return new BlockSchedule(responseLength, whole ? responseLength : blockLength, steps);
    }

    /**
     * Blocks aligned in absolute position. The last one is filled up: {@link #responseLength()} may exceed {@code N}, and
     * what was decoded there is cut off afterwards.
     *
     * @param promptLength tokens of the prompt, at least 0
     * @param responseLength {@code N}
     * @param blockLength positions per block, at least 1
     * @param steps {@code T}
     */
    public static BlockSchedule aligned(int promptLength, int responseLength, int blockLength, int steps) {
        if (blockLength < 1) {
            throw new IllegalArgumentException("blockLength must be at least 1, was " + blockLength);
        }
        int end = Math.floorDiv(promptLength + responseLength + blockLength - 1, blockLength) * blockLength;
        return new BlockSchedule(end - promptLength, blockLength, steps, promptLength % blockLength);
    }

    /**
     * The blocks of a block-causal model: counted and filled up as its attention does.
     *
     * @param info the model
     * @param decoder its name in settings, for the message
     * @param asked block length that the decoder's settings name, 0 for the model's
     * @param promptLength tokens of the prompt
     * @param request response length and steps
     * @throws IllegalArgumentException if the model's attention is full or in blocks of another length
     */
    public static BlockSchedule under(
            BackboneInfo info, String decoder, int asked, int promptLength, DecodeRequest request) {
        AttentionRule attention = info.attention();
        int length = attention.blockLength();
        if (attention.isFull() || asked != 0 && asked != length) {
            throw new IllegalArgumentException(decoder + " needs a model with block-causal attention"
                    + (asked == 0 ? "" : " in blocks of " + asked) + "; the attention of " + info.name() + " is "
                    + attention);
        }
        return attention.origin() == AttentionRule.Origin.TEXT
                ? aligned(promptLength, request.responseLength(), length, request.steps())
                : new BlockSchedule(
                        request.responseLength(), Math.min(length, request.responseLength()), request.steps());
    }

    /** Number of blocks {@code nb}. */
    public int blocks() {
        return (responseLength + before + blockLength - 1) / blockLength;
    }

    /** First response position of a block. */
    public int from(int block) {
        return Math.max(0, block * blockLength - before);
    }

    /** Positions of a block. */
    public int length(int block) {
        return Math.min((block + 1) * blockLength - before, responseLength) - from(block);
    }

    /** Steps of a block. */
    public int steps(int block) {
        return steps / blocks() + (block < steps % blocks() ? 1 : 0);
    }

    /** Step index {@code l}, over the whole generation, at which a block begins; for {@code block = nb} it is T. */
    public int firstStep(int block) {
        return block * (steps / blocks()) + Math.min(block, steps % blocks());
    }

    /**
     * What a model call feeds under a block-causal mask if keys and values of finished blocks are kept. Blocks see nothing
     * behind them, so this is exact: the current block is fed, with the end of the prompt where that lies in it; in its
     * first call also the block before, which is finished now and kept.
     *
     * @param block of an aligned schedule
     * @param first whether it is the block's first call
     */
    public Window causalWindow(int block, boolean first) {
        int to = from(block) + length(block);
        int start = block * blockLength - before;
        Window window = !first
                ? Window.of(start, to)
                : (block == 0 ? Window.upTo(to) : Window.of(start - blockLength, to)).keeping();
        return window.wanting(from(block), to);
    }
}
