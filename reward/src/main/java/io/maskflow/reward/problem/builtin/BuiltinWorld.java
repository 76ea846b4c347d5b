package io.maskflow.reward.problem.builtin;

import io.maskflow.reward.problem.builtin.part.Condition;
import io.maskflow.reward.problem.builtin.part.Mapping;
import io.maskflow.reward.problem.builtin.part.Reduction;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which compositions exist, and which split each belongs to.
 *
 * <p>A composition exists only if each of its parts matters: three cases can be found that tell it from a constant and
 * from itself without its filter, its mapping or its order. The rest are shuffled once, with a fixed seed, and dealt out.
 */
final class BuiltinWorld {
    static final int VALIDATION_SIZE = 200;
    static final int TEST_SIZE = 640;
    static final long SEED = 20260629L;

    private static final long SHUFFLE = 1;
    private static final long EXISTENCE = 2;
    private static final int WITNESSES = 3;
    private static final Map<Split, List<Composition>> DEALT = deal();

    private BuiltinWorld() {}

    /** The compositions of a split, in a fixed order. */
    static List<Composition> compositions(Split split) {
        return DEALT.get(split);
    }

    private static Map<Split, List<Composition>> deal() {
        List<Composition> all = new ArrayList<>();
        List<Composition> candidates = candidates();
        for (int i = 0; i < candidates.size(); i++) {
            if (everyPartMatters(candidates.get(i), i)) {
                all.add(candidates.get(i));
            }
        }
        Draws draws = Draws.of(SEED, SHUFFLE);
        for (int i = all.size() - 1; i > 0; i--) {
            Composition swapped = all.get(i);
            int j = draws.below(i + 1);
            all.set(i, all.get(j));
            all.set(j, swapped);
        }
        Map<Split, List<Composition>> dealt = new EnumMap<>(Split.class);
        dealt.put(Split.TEST, List.copyOf(all.subList(0, TEST_SIZE)));
        dealt.put(Split.VALIDATION, List.copyOf(all.subList(TEST_SIZE, TEST_SIZE + VALIDATION_SIZE)));
        dealt.put(Split.TRAIN, List.copyOf(all.subList(TEST_SIZE + VALIDATION_SIZE, all.size())));
        return dealt;
    }

    private static boolean everyPartMatters(Composition composition, int index) {
        for (int witness = 0; witness < WITNESSES; witness++) {
            if (composition
                    .cases(Draws.of(SEED, EXISTENCE, index, witness), Case.TRIES_TO_EXIST)
                    .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    private static List<Composition> candidates() {
        List<Composition> candidates = new ArrayList<>();
        for (boolean overList : new boolean[] {true, false}) {
            for (Condition condition : Condition.EVERY) {
                for (Mapping mapping : Mapping.EVERY) {
                    for (Reduction reduction : Reduction.values()) {
                        boolean nothing = condition.isAll() && mapping.isSame() && reduction == Reduction.LIST;
                        boolean counted = reduction == Reduction.COUNT && !(mapping.isSame() && !condition.isAll());
                        if (!nothing && !counted) {
                            candidates.add(new NumberComposition(overList, condition, mapping, reduction));
                        }
                    }
                }
            }
        }
        List<Mapping> branches = new ArrayList<>(
                Mapping.EVERY.stream().filter(m -> !m.clauses().isEmpty()).toList());
        branches.add(Mapping.ZERO);
        for (Condition condition : Condition.EVERY) {
            for (Mapping then : branches) {
                for (Mapping otherwise : branches) {
                    if (!condition.isAll() && otherwise.isPlain() && then != otherwise) {
                        candidates.add(new ConditionalComposition(condition, then, otherwise));
                    }
                }
            }
        }
        for (TextComposition.Filter filter : TextComposition.Filter.EVERY) {
            for (TextComposition.Change change : TextComposition.Change.values()) {
                for (TextComposition.Ending ending : TextComposition.Ending.values()) {
                    if (ending != TextComposition.Ending.COUNT || change == TextComposition.Change.SAME) {
                        candidates.add(new TextComposition(filter, change, ending));
                    }
                }
            }
        }
        return candidates;
    }
}
