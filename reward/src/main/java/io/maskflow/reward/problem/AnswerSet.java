package io.maskflow.reward.problem;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.reward.answer.AnswerCheck;
import io.maskflow.reward.answer.CountdownAnswer;
import io.maskflow.reward.answer.MathAnswer;
import io.maskflow.reward.answer.NumberAnswer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Public data sets whose problems have answers in place of tests, each in the format it is published in. */
public enum AnswerSet {
    /** {@code question, answer}; the answer ends with {@code #### number}. */
    GSM8K("question", "answer") {
        @Override
        AnswerProblem read(JsonRows.Row row) {
            String solution = row.text("answer");
            int mark = solution.lastIndexOf("####");
            if (mark < 0) {
                throw new ProblemDataException(row.place() + ": answer must end with #### and a number");
            }
            String number = solution.substring(mark + 4).strip();
            return problem(row, row.text("question"), solution, "answer", () -> new NumberAnswer(number));
        }
    },
    /** {@code problem, solution, answer}, with {@code unique_id, subject, level}. */
    MATH500("problem", "solution", "answer") {
        @Override
        AnswerProblem read(JsonRows.Row row) {
            String expected = row.text("answer");
            return problem(
                    row,
                    row.text("problem"),
                    row.text("solution"),
                    "answer",
                    () -> new MathAnswer(expected),
                    "unique_id");
        }
    },
    /** {@code ID, Body, Question, Equation, Answer}; the answer is a number. */
    SVAMP("Body", "Question", "Answer") {
        @Override
        AnswerProblem read(JsonRows.Row row) {
            String question =
                    row.text("Body").strip() + " " + row.text("Question").strip();
            JsonNode answer = row.json().get("Answer");
            return problem(
                    row,
                    question,
                    row.textOrEmpty("Equation"),
                    "Answer",
                    () -> new NumberAnswer(
                            answer.isNumber()
                                    ? answer.decimalValue().stripTrailingZeros().toPlainString()
                                    : answer.asText()),
                    "ID");
        }
    },
    /**
     * {@code input, output}: numbers and target; or, as Dream publishes it, the target as last of the inputs and a chain of
     * equations as the output.
     */
    COUNTDOWN("input", "output") {
        @Override
        AnswerProblem read(JsonRows.Row row) {
            List<Integer> numbers = whole(row, "input", row.text("input").split(","));
            String output = row.text("output").strip();
            boolean chain = output.contains("=");
            if (numbers.size() < (chain ? 3 : 1)) {
                throw new ProblemDataException(row.place() + ": input has too few numbers, was " + row.text("input"));
            }
            int target = chain
                    ? numbers.get(numbers.size() - 1)
                    : whole(row, "output", output).get(0);
            List<Integer> given = chain ? numbers.subList(0, numbers.size() - 1) : numbers;
            return problem(
                    row,
                    "Numbers: " + given + "\nTarget: " + target,
                    chain ? output : "",
                    "input",
                    () -> new CountdownAnswer(given, target, chain));
        }
    };

    private static final Pattern PLACE = Pattern.compile(".*?[:\\[](\\d+)]?");

    private final List<String> fields;

    AnswerSet(String... fields) {
        this.fields = List.of(fields);
    }

    /** As a settings file writes it before the file, such as {@code gsm8k}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The set that a settings file names before the file, as in {@code gsm8k:FILE}. */
    public static Optional<AnswerSet> named(String word) {
        return Arrays.stream(values()).filter(set -> set.word().equals(word)).findFirst();
    }

    /** The set whose fields a row has; none for programming problems. */
    public static Optional<AnswerSet> of(JsonRows.Row row) {
        return Arrays.stream(values())
                .filter(set -> set.fields.stream().allMatch(row.json()::has))
                .findFirst();
    }

    /**
     * One problem.
     *
     * @throws ProblemDataException if a field is missing or wrong; the message names file and line
     */
    public AnswerProblem problem(JsonRows.Row row) {
        for (String field : fields) {
            if (!row.json().hasNonNull(field)) {
                throw new ProblemDataException(
                        row.place() + ": " + word() + " needs " + String.join(", ", fields) + ", has no " + field);
            }
        }
        return read(row);
    }

    /**
     * Reads a file, plain or gzip.
     *
     * @throws ProblemDataException if the file cannot be read or a row is broken; the message names file and line
     */
    public List<AnswerProblem> read(Path file) {
        return JsonRows.read(file).stream().map(this::problem).toList();
    }

    abstract AnswerProblem read(JsonRows.Row row);

    AnswerProblem problem(
            JsonRows.Row row,
            String text,
            String reference,
            String field,
            Supplier<AnswerCheck> check,
            String... names) {
        String id = id(row, names);
        ObjectNode named = row.json().deepCopy();
        if (!named.has("id")) {
            named.put("id", id);
        }
        try {
            return new AnswerProblem(id, text, reference, check.get(), named.toString());
        } catch (IllegalArgumentException wrong) {
            throw new ProblemDataException(row.place() + ": " + field + ": " + wrong.getMessage(), wrong);
        }
    }

    /** The row's own name, else the set and the line. */
    private String id(JsonRows.Row row, String... names) {
        List<String> fieldsOfId = new ArrayList<>(List.of("id"));
        fieldsOfId.addAll(List.of(names));
        for (String name : fieldsOfId) {
            if (row.json().hasNonNull(name)) {
                return row.name(name);
            }
        }
        Matcher place = PLACE.matcher(row.place());
        return word() + "/" + (place.matches() ? place.group(1) : row.place());
    }

    static List<Integer> whole(JsonRows.Row row, String field, String... texts) {
        List<Integer> numbers = new ArrayList<>();
        for (String text : texts) {
            try {
                numbers.add(Integer.parseInt(text.strip()));
            } catch (NumberFormatException notWhole) {
                throw new ProblemDataException(
                        row.place() + ": " + field + " must hold whole numbers, was \"" + text.strip() + "\"",
                        notWhole);
            }
        }
        return numbers;
    }
}
