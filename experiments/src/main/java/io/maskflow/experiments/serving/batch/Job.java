package io.maskflow.experiments.serving.batch;

import io.maskflow.decoder.DecodeRequest;
import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.Decoder;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.RowInProgress;
import io.maskflow.experiments.serving.request.Refusal;
import java.util.List;

/**
 * The samples of one prompt, to be decoded together.
 *
 * @param decoder decodes them
 * @param request the prompt, once per sample
 * @param rows the decoder's rules for the samples
 * @param progress hears of everything, from the thread that decodes; must not wait
 */
public record Job(Decoder decoder, DecodeRequest request, List<? extends RowInProgress> rows, Progress progress) {

    /** What becomes of a job. A job ends with {@code done} for each of its samples, or with one {@code failed}. */
    public interface Progress {

        /** Whether the answer is not wanted any more. */
        boolean abandoned();

        /** A step was taken; {@link DecodingStep#row()} is the sample. */
        void stepped(DecodingStep step);

        /** So many tokens of a sample stand fast now; called after each step. */
        void settled(int sample, int[] tokens);

        /** A sample is there. */
        void done(int sample, DecodedResponse response);

        /** No sample will come any more. */
        void failed(Refusal why);
    }

    /** Samples. */
    int size() {
        return rows.size();
    }
}
