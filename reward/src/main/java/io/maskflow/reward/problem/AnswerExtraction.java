package io.maskflow.reward.problem;

import io.maskflow.reward.sandbox.PythonDefinitions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How a program is cut out of a model's answer. Published rules are selectable by name; each loses some perfect answers. */
public final class AnswerExtraction {
    private static final String FENCE = "```";
    private static final List<String> HUMANEVAL_STOPS = List.of("\nclass", "\ndef", "\n#", "\nif", "\nprint");
    private static final Pattern BLOCK = Pattern.compile("```\\w*\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LM_EVAL_BLOCK = Pattern.compile("```(?:\\w+)?\\n?(.*?)\\n?```", Pattern.DOTALL);
    private static final Pattern PYTHON_BLOCK = Pattern.compile("```python\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern PYTHON_OPEN = Pattern.compile("```python\\n");
    private static final int DREAM_LINES = 100;
    private static final List<String> EVALPLUS_STOPS =
            List.of("<|endoftext|>", "<|endofmask|>", "</s>", "\nif __name__", "\ndef main(", "\nprint(");
    private static final List<String> QWENCODER_STOPS = List.of(
            "<|endoftext|>", "<|endofmask|>", "</s>", "\nif __name__", "\ndef main(", "\nprint(", "\n#", "\n" + FENCE);
    private static final List<Pattern> OPENCOMPASS_MBPP = openCompassPatterns();
    private static final Map<String, AnswerExtraction> NAMED = rules();

    /** Turns an answer into a program. */
    private interface Rule {
        String program(String answer, CodingProblem problem);
    }

    private final String name;
    private final Rule rule;

    private AnswerExtraction(String name, Rule rule) {
        this.name = name;
        this.rule = rule;
    }

    /**
     * A rule by name: {@code none} takes the text as it is; the others are those of the public evaluations.
     *
     * @throws IllegalArgumentException if there is none of this name
     */
    public static AnswerExtraction named(String name) {
        AnswerExtraction extraction = NAMED.get(name);
        if (extraction == null) {
            throw new IllegalArgumentException("extraction must be one of " + names() + ", was " + name);
        }
        return extraction;
    }

    /** Names of all rules. */
    public static List<String> names() {
        return List.copyOf(NAMED.keySet());
    }

    public String name() {
        return name;
    }

    /**
     * The program in an answer.
     *
     * @param answer the model's text, up to its end token
     * @param problem the problem it answers; some rules put the prompt in front
     */
    public String extract(String answer, CodingProblem problem) {
        return rule.program(answer, problem);
    }

    private static Map<String, AnswerExtraction> rules() {
        Map<String, AnswerExtraction> all = new LinkedHashMap<>();
        put(all, "none", (a, p) -> a);
        put(all, "opencompass-mbpp", (a, p) -> openCompassMbpp(a));
        put(all, "opencompass-humaneval", (a, p) -> {
            Matcher block = BLOCK.matcher(a);
            return p.text() + (block.find() ? block.group(1) : a).stripLeading();
        });
        put(all, "lm-eval-humaneval", (a, p) -> p.text() + cut(a, HUMANEVAL_STOPS));
        put(all, "lm-eval-humaneval-instruct", (a, p) -> p.text() + cut(cut(a, HUMANEVAL_STOPS), List.of(FENCE)));
        put(all, "lm-eval-mbpp", (a, p) -> cut(a, List.of("[DONE]")));
        put(all, "lm-eval-mbpp-instruct", (a, p) -> {
            Matcher block = LM_EVAL_BLOCK.matcher(FENCE + a);
            return block.find() ? block.group(1) : "";
        });
        put(all, "dream-humaneval", (a, p) -> {
            Matcher block = PYTHON_OPEN.matcher(a);
            String body = cut(block.find() ? a.substring(block.end()) : a, List.of(FENCE));
            return PythonDefinitions.of(p.text() + "\n" + body, entryPoint(p), false, DREAM_LINES);
        });
        put(all, "dream-mbpp-instruct", (a, p) -> cut(a, List.of(FENCE)));
        put(
                all,
                "qwencoder-evalplus",
                (a, p) -> evalPlus(cut(cut(a, QWENCODER_STOPS).replace("\t", "    "), List.of(FENCE)), p));
        put(all, "evalplus-chat", (a, p) -> evalPlus(cut(a, EVALPLUS_STOPS), p));
        put(all, "first-python-block", (a, p) -> {
            Matcher block = PYTHON_BLOCK.matcher(a);
            return block.find() ? block.group(1) : "";
        });
        put(
                all,
                "bigcode-mbpp",
                (a, p) -> cut(a, List.of("\nclass", "\nassert", "\n\"\"\"", "\nprint", "\nif", "\n<|/", "\n" + FENCE)));
        return all;
    }

    private static String evalPlus(String answer, CodingProblem problem) {
        return PythonDefinitions.of(answer, entryPoint(problem), true, 0);
    }

    /** The function under test: as the data say, else the one that the first assert calls. */
    private static String entryPoint(CodingProblem problem) {
        if (!problem.tests().entryPoint().isEmpty()) {
            return problem.tests().entryPoint();
        }
        return MbppProblems.called(problem.visibleTests());
    }

    private static void put(Map<String, AnswerExtraction> all, String name, Rule rule) {
        all.put(name, new AnswerExtraction(name, rule));
    }

    private static String cut(String text, List<String> stops) {
        String kept = text;
        for (String stop : stops) {
            int at = kept.indexOf(stop);
            if (at >= 0) {
                kept = kept.substring(0, at);
            }
        }
        return kept;
    }

    /** The first of twenty patterns that matches anywhere, then the clean-up. */
    private static String openCompassMbpp(String answer) {
        String text = answer;
        for (Pattern pattern : OPENCOMPASS_MBPP) {
            Matcher m = pattern.matcher(text);
            if (m.find()) {
                text = m.group(1);
                break;
            }
        }
        text = text.split(FENCE, -1)[0];
        text = text.split("'?\\s*\\[?DONE\\]?", -1)[0];
        text = text.replace("\\_", "_").strip();
        text = text.startsWith("'") ? text.substring(1) : text;
        return text.endsWith("'") ? text.substring(0, text.length() - 1) : text;
    }

    private static List<Pattern> openCompassPatterns() {
        List<String> patterns = new ArrayList<>();
        for (String[] quotes : new String[][] {{"'", "'"}, {"'", ""}, {"", ""}}) {
            for (String[] words : new String[][] {
                {"\\[BEGIN\\]", "\\[DONE\\]"}, {"BEGIN", "\\[DONE\\]"}, {"\\[BEGIN\\]", "DONE"}, {"BEGIN", "DONE"}
            }) {
                patterns.add(words[0] + "\\s*" + quotes[0] + "(.*)" + quotes[1] + "\\s*" + words[1]);
            }
        }
        patterns.addAll(List.of(
                "```python\\s*(.*)\\s*```",
                "```\\s*(.*)\\s*```",
                "```python\\s*(.*)\\s*$",
                "```\\s*(.*)\\s*$",
                "(.*)\\s*```.*",
                "\\[BEGIN\\]\\s*'(.*)",
                "\\[BEGIN\\](.*)",
                "'(.*)'\\s*\\[DONE\\]"));
        return patterns.stream().map(p -> Pattern.compile(p, Pattern.DOTALL)).toList();
    }
}
