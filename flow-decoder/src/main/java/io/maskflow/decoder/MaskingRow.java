package io.maskflow.decoder;

/** A row whose positions either hold a token or are masked. */
public interface MaskingRow extends RowInProgress {

    /** Whether response position {@code i} is masked now, after the last step. */
    boolean masked(int i);
}
