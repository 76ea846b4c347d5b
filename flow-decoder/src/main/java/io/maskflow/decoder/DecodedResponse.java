package io.maskflow.decoder;

/**
 * What came out for one row. Arrays are owned by this object and must not be changed.
 *
 * @param tokenIds {@code [N]} token ids of the response, end tokens included, the mask token never
 * @param nfe model calls this row took part in
 * @param finalProgress {@code [N]} progress {@code t_i} in [0, 1] after the last step and before read-out (1 for
 *     positions decided by a discrete decoder)
 */
public record DecodedResponse(int[] tokenIds, int nfe, float[] finalProgress) {}
