package io.maskflow.decoder.flow;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the states of a row are mixed from: {@code x_i = sum_v share_i(v) E[v] + (1 - t_i) m}. The shares of a position sum
 * to its progress.
 */
final class TokenShares {

    private final List<Map<Integer, Double>> shares = new ArrayList<>();

    TokenShares(int length) {
        for (int i = 0; i < length; i++) {
            shares.add(new HashMap<>());
        }
    }

    /** The flow: {@code x_i += a (E[token] - x_i)}. */
    void move(int i, int token, double a) {
        shares.get(i).replaceAll((other, share) -> (1 - a) * share);
        shares.get(i).merge(token, a, Double::sum);
    }

    /** Re-editing and commitment: {@code x_i = share E[token] + (1 - share) m}. */
    void set(int i, int token, double share) {
        shares.get(i).clear();
        shares.get(i).put(token, share);
    }

    /** The token with the largest share; the lowest of equals. */
    int heaviest(int i) {
        int best = -1;
        double most = -1;
        for (Map.Entry<Integer, Double> entry : shares.get(i).entrySet()) {
            if (entry.getValue() > most || entry.getValue() == most && entry.getKey() < best) {
                best = entry.getKey();
                most = entry.getValue();
            }
        }
        return best;
    }
}
