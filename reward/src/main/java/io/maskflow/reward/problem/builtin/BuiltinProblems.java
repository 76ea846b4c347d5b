package io.maskflow.reward.problem.builtin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The graded problems of the built-in world: one for each composition of a split, the same ones in every run.
 *
 * <p>The words {@code builtin:train}, {@code builtin:valid} and {@code builtin:test} of a configuration name these.
 */
public final class BuiltinProblems {
    private static final long PROBLEMS = 3;
    private static final ObjectMapper JSON = new ObjectMapper();

    private BuiltinProblems() {}

    /**
     * The problems of a split.
     *
     * @param split which compositions
     * @return one problem for each, in a fixed order, ids from 1
     */
    public static List<BuiltinProblem> split(Split split) {
        List<Composition> compositions = BuiltinWorld.compositions(split);
        List<BuiltinProblem> problems = new ArrayList<>(compositions.size());
        for (int i = 0; i < compositions.size(); i++) {
            problems.add(
                    problem(i + 1, compositions.get(i), Draws.of(BuiltinWorld.SEED, PROBLEMS, split.ordinal(), i)));
        }
        return List.copyOf(problems);
    }

    /**
     * The problems of a split in MBPP format.
     *
     * @param split which compositions
     * @return one JSON object a line, each line ended by a line feed
     */
    public static String jsonLines(Split split) {
        StringBuilder lines = new StringBuilder();
        for (BuiltinProblem problem : split(split)) {
            ObjectNode line = JSON.createObjectNode();
            line.put("task_id", problem.taskId());
            line.put("text", problem.text());
            line.put("code", problem.code());
            problem.testList().forEach(line.putArray("test_list")::add);
            line.put("test_setup_code", "");
            line.putArray("challenge_test_list");
            line.put("composition", problem.composition());
            try {
                lines.append(JSON.writeValueAsString(line)).append('\n');
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException("a tree of strings could not be written", impossible);
            }
        }
        return lines.toString();
    }

    /** A problem of a composition: words, names, style and inputs are drawn. */
    static BuiltinProblem problem(int taskId, Composition composition, Draws draws) {
        String name = composition.name(draws);
        List<Case> cases = composition
                .cases(draws, Case.TRIES)
                .orElseThrow(() -> new IllegalStateException("no telling inputs found for " + composition.key()));
        return new BuiltinProblem(
                taskId,
                composition.text(draws),
                composition.program(name, draws),
                cases.stream().map(c -> c.assertion(name)).toList(),
                composition.key());
    }
}
