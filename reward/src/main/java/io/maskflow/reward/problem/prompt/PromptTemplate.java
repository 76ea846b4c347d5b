package io.maskflow.reward.problem.prompt;

import io.maskflow.reward.problem.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a problem is put to a model: a text with the fields {@code {text}}, {@code {test_list}} (all visible asserts, a line
 * each; also {@code {tests}}), {@code {test_list[0]}}, {@code {entry_point}} and {@code {prompt}} (the text, stripped of blanks at its ends when written
 * {@code {prompt.strip}}); or one of the published prompts by name.
 */
public final class PromptTemplate {
    private static final Pattern FIELD = Pattern.compile("\\{([a-z_.]+)(?:\\[(\\d+)])?}");
    private static final String EXPERT = "You are an expert Python programmer, and here is your task: ";
    private static final String FENCE = "```";
    private static final Map<String, PromptTemplate> NAMED = named();

    private final String name;
    private final Function<Problem, Prompt> shape;

    private PromptTemplate(String name, Function<Problem, Prompt> shape) {
        this.name = name;
        this.shape = shape;
    }

    /**
     * A published prompt if {@code template} is the name of one, else a template of one question.
     *
     * @param template a name, or text with fields
     * @throws IllegalArgumentException if it names an unknown field
     */
    public static PromptTemplate of(String template) {
        if (NAMED != null && NAMED.containsKey(template)) {
            return NAMED.get(template);
        }
        Matcher field = FIELD.matcher(template);
        while (field.find()) {
            if (!List.of("text", "prompt", "prompt.strip", "tests", "test_list", "entry_point")
                    .contains(field.group(1))) {
                throw new IllegalArgumentException(
                        "a prompt template may use {text}, {prompt}, {prompt.strip}, {tests}, "
                                + "{test_list[0]}, {entry_point}; was " + field.group());
            }
        }
        return new PromptTemplate(template, problem -> Prompt.of(fill(template, problem)));
    }

    /**
     * A published prompt by name.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public static PromptTemplate byName(String name) {
        PromptTemplate template = NAMED.get(Objects.requireNonNull(name, "name"));
        if (template == null) {
            throw new IllegalArgumentException("prompt must be one of " + names() + ", was " + name);
        }
        return template;
    }

    /** Names of the published prompts. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    /** Name, or the template text itself. */
    public String name() {
        return name;
    }

    /**
     * The question for a problem.
     *
     * @throws IllegalArgumentException if the template asks for a test that the problem does not have
     */
    public Prompt render(Problem problem) {
        return shape.apply(problem);
    }

    /** The question as one text, for a model without chat turns. */
    public String fill(Problem problem) {
        return render(problem).plainText();
    }

    private static String fill(String template, Problem problem) {
        return FIELD.matcher(template)
                .replaceAll(m -> Matcher.quoteReplacement(value(m.group(1), m.group(2), problem)));
    }

    private static String value(String field, String index, Problem problem) {
        return switch (index == null && field.equals("test_list") ? "tests" : field) {
            case "text", "prompt" -> problem.text();
            case "prompt.strip" -> problem.text().strip();
            case "tests" -> String.join("\n", problem.visibleTests());
            case "entry_point" -> problem.entryPoint();
            default -> test(problem, Integer.parseInt(index));
        };
    }

    private static String test(Problem problem, int index) {
        List<String> tests = problem.visibleTests();
        if (index >= tests.size()) {
            throw new IllegalArgumentException("problem " + problem.id() + " has " + tests.size()
                    + " asserts, the prompt asks for " + "test_list[" + index + "]");
        }
        return tests.get(index);
    }

    private static Map<String, PromptTemplate> named() {
        Map<String, PromptTemplate> all = new LinkedHashMap<>();
        String original = EXPERT + "{text} Your code should pass these tests:\n\n{tests}\n[BEGIN]\n";
        String instructHead = "Write a solution to the following problem and make sure that it passes the tests:\n";
        String completed = "Here is the completed function:\n" + FENCE + "python\n";

        all.put("opencompass-mbpp", new PromptTemplate("opencompass-mbpp", PromptTemplate::openCompassMbpp));
        one(all, "opencompass-humaneval", "Complete the following python code:\n{prompt}", "");
        one(all, "lm-eval-humaneval", "{prompt}", "");
        one(
                all,
                "lm-eval-humaneval-instruct",
                instructHead + FENCE + "python\n{prompt}\n" + FENCE + "\n",
                completed + "{prompt}\n");
        all.put("lm-eval-mbpp", new PromptTemplate("lm-eval-mbpp", p -> {
            StringBuilder text = new StringBuilder();
            for (MbppExample e : MbppExample.ALL) {
                text.append(fill(original, e.problem())).append(e.code()).append("\n[DONE]\n\n");
            }
            return Prompt.of(text + fill(original, p));
        }));
        String instruct =
                EXPERT + "\n{text}\nYour code should pass these tests:\n{test_list[0]}\n{test_list[1]}\n{test_list[2]}";
        all.put("lm-eval-mbpp-instruct", new PromptTemplate("lm-eval-mbpp-instruct", p -> {
            List<Prompt.Turn> turns = new ArrayList<>();
            String prefix = "\n" + FENCE + "python\n";
            for (MbppExample e : MbppExample.ALL) {
                turns.add(user(fill(instruct.replace("task: \n", "task:\n"), e.problem())));
                turns.add(assistant(prefix + e.code() + "\n" + FENCE));
            }
            turns.add(user(fill(instruct.replace("task: \n", "task:\n"), p)));
            return new Prompt(turns, prefix);
        }));
        one(
                all,
                "lm-eval-mbpp-plus-instruct",
                "{prompt} Your code should satisfy the following assertion:\n{test_list[0]}",
                "Here is a solution to this programming problem:\n" + FENCE + "python\n");
        one(all, "dream-humaneval-instruct", instructHead + FENCE + "{prompt}", completed + "{prompt}\n");
        one(
                all,
                "dream-mbpp-instruct",
                EXPERT + "{text} Your code should pass these tests:\n\n{test_list[0]}\n{test_list[1]}\n"
                        + "{test_list[2]}",
                completed);
        all.put(
                "qwencoder-evalplus",
                new PromptTemplate(
                        "qwencoder-evalplus",
                        p -> new Prompt(
                                List.of(
                                        new Prompt.Turn(
                                                Prompt.Role.SYSTEM,
                                                "You are an intelligent programming assistant to produce Python algorithmic solutions"),
                                        user(fill(
                                                "Can you complete the following Python function?\n" + FENCE
                                                        + "python\n{prompt.strip}\n" + FENCE + "\n",
                                                p))),
                                FENCE + "python\n")));
        one(
                all,
                "evalplus-chat",
                "Please provide a self-contained Python script that solves the following problem in a markdown "
                        + "code block:\n" + FENCE + "\n{prompt.strip}\n" + FENCE + "\n",
                "Below is a Python script with a self-contained function that solves the problem and passes corresponding tests:\n"
                        + FENCE + "python\n");
        one(all, "mbpp", original, "");
        one(all, "bigcode-mbpp", "\"\"\"\n{text}\n{test_list[0]}\n\"\"\"\n", "");
        ReasoningPrompts.instructions()
                .forEach((name, instruction) -> all.put(
                        name, new PromptTemplate(name, problem -> ReasoningPrompts.prompt(instruction, problem))));
        one(all, "lm-eval-gsm8k", "Question: {text}\nAnswer:", "");
        one(all, "lm-eval-minerva-math", "Problem:\n{text}\n\nSolution:", "");
        return all;
    }

    private static void one(Map<String, PromptTemplate> all, String name, String template, String prefix) {
        of(template);
        all.put(name, new PromptTemplate(name, p -> new Prompt(List.of(user(fill(template, p))), fill(prefix, p))));
    }

    /** Three worked examples as chat turns; a blank stands before the tests. */
    private static Prompt openCompassMbpp(Problem problem) {
        String head = EXPERT + "{text} Your code should pass these tests:\n\n ";
        List<Prompt.Turn> turns = new ArrayList<>();
        for (MbppExample e : MbppExample.ALL) {
            StringBuilder tests = new StringBuilder();
            for (String test : e.problem().visibleTests()) {
                boolean first = e.problem().id().equals("2") && tests.length() == 0;
                tests.append(test).append(first ? "\n" : " \n");
            }
            String code = e.problem().id().equals("2") ? e.code().stripTrailing() : e.code();
            turns.add(user(fill(head, e.problem()) + tests));
            turns.add(assistant("[BEGIN]\n '" + code + "' \n[DONE] \n\n "));
        }
        turns.add(user(fill(head + "{tests}  \n", problem)));
        return new Prompt(turns, "");
    }

    private static Prompt.Turn user(String text) {
        return new Prompt.Turn(Prompt.Role.USER, text);
    }

    private static Prompt.Turn assistant(String text) {
        return new Prompt.Turn(Prompt.Role.ASSISTANT, text);
    }
}
