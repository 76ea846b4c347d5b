package io.maskflow.experiments.curves;

import java.util.List;

/**
 * For each problem the best answer of all decoders and dials, known only afterwards: an upper bound of what choosing
 * the decoder and its dial for each problem could reach. Its dial is a price: the answer taken has the highest
 * {@code passed - price calls / N}, of equals the one with fewer calls.
 */
public final class PerProblemOracle {

    private static final List<Double> PRICES = List.of(0.0, 1.0, 2.0, 4.0, 6.0, 8.0, 12.0, 16.0, 32.0);

    private PerProblemOracle() {}

    /**
     * The oracle's own grid.
     *
     * @param name its name
     * @param members decoders to choose from, at least one, with the same problems and seeds
     * @param responseLength {@code N}
     */
    public static DialGrid of(String name, List<DialGrid> members, int responseLength) {
        DialGrid oracle = new DialGrid(name, members.get(0).budget());
        for (double price : PRICES) {
            members.get(0).at(members.get(0).dials().get(0)).keySet().forEach(each -> {
                DialGrid.Answer best = null;
                for (DialGrid member : members) {
                    for (double dial : member.dials()) {
                        DialGrid.Answer answer = member.at(dial).get(each);
                        boolean judged = answer != null && answer.judged();
                        if (judged && (best == null || better(answer, best, price / responseLength))) {
                            best = answer;
                        }
                    }
                }
                if (best != null) {
                    oracle.add(price, each.problem(), each.seed(), best);
                }
            });
        }
        return oracle;
    }

    private static boolean better(DialGrid.Answer answer, DialGrid.Answer than, double perCall) {
        double mine = answer.score() - perCall * answer.calls();
        double its = than.score() - perCall * than.calls();
        return mine > its || mine == its && answer.calls() < than.calls();
    }
}
