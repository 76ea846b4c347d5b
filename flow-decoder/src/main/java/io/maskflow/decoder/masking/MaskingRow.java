package io.maskflow.decoder.masking;

import io.maskflow.decoder.RowInProgress;
import java.util.Arrays;

/** A row whose positions either hold a token or are masked. */
public interface MaskingRow extends RowInProgress {

    /** Whether response position {@code i} is masked now, after the last step. */
    boolean masked(int i);

    /** {@inheritDoc} Tokens are filled in for good, unless a decoder says otherwise. */
    @Override
    default int[] settled() {
        int[] tokens = tokens();
        int filled = 0;
        while (filled < tokens.length && !masked(filled)) {
            filled++;
        }
        return Arrays.copyOf(tokens, filled);
    }
}
