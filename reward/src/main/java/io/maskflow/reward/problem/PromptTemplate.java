package io.maskflow.reward.problem;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a problem becomes a prompt: text with fields in braces, {@code {text}}, {@code {test_list[0]}} (one visible test),
 * {@code {test_list}} (all of them, a line each).
 *
 * @param pattern the text with its fields
 */
public record PromptTemplate(String pattern) {

    private static final Pattern FIELD = Pattern.compile("\\{([a-z_]+)(?:\\[(\\d+)])?}");

    /** Refuses unknown fields. */
    public PromptTemplate {
        Matcher field = FIELD.matcher(pattern);
        while (field.find()) {
            String name = field.group(1);
            boolean indexed = field.group(2) != null;
            if (!(name.equals("text") && !indexed) && !name.equals("test_list")) {
                throw new IllegalArgumentException("template field must be one of {text}, {test_list}, {test_list[N]}, was "
                        + field.group());
            }
        }
    }

    /** The template of a setting. */
    public static PromptTemplate of(String pattern) {
        return new PromptTemplate(pattern);
    }

    /**
     * The prompt of a problem.
     *
     * @throws IllegalArgumentException if the template names a test that the problem does not have
     */
    public String fill(CodingProblem problem) {
        List<String> tests = problem.visibleTests();
        return FIELD.matcher(pattern).replaceAll(field -> Matcher.quoteReplacement(value(field.group(1), field.group(2), problem, tests)));
    }

    private static String value(String name, String index, CodingProblem problem, List<String> tests) {
        if (name.equals("text")) {
            return problem.text();
        }
        if (index == null) {
            return String.join("\n", tests);
        }
        int i = Integer.parseInt(index);
        if (i >= tests.size()) {
            throw new IllegalArgumentException("template field {test_list[" + i + "]} needs problem " + problem.id()
                    + " to have more than " + i + " tests, it has " + tests.size());
        }
        return tests.get(i);
    }
}
