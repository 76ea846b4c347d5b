package io.maskflow.experiments.finetuning;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.alignment.data.InstructionData;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.JsonRows;
import io.maskflow.reward.problem.ProblemDataException;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instruction prompts, and answers where they are wanted, from a file of JSON lines.
 *
 * <p>A row has one of three forms: {@code prompt} (a text, or messages) with {@code response} or {@code completion}; chat
 * {@code messages}, of which the last, if it is the assistant's, is the answer and all before it the prompt (SM App. A.2);
 * {@code prompt_ids} with {@code answer_ids}, taken as they are.
 */
final class InstructionRows {

    private static final Logger LOG = LoggerFactory.getLogger(InstructionRows.class);

    /**
     * A prompt and its answer.
     *
     * @param promptIds token ids
     * @param answerIds token ids without end tokens; empty if the row has none or none is wanted
     */
    record Instruction(int[] promptIds, int[] answerIds) {}

    private final InstructionData data;
    private final ChatTemplate chat;
    private final Tokenizer tokenizer;
    private final int vocabulary;
    private final int responseLength;
    private final boolean answers;
    private int longPrompts;
    private int longAnswers;
    private int shortAnswers;
    private int unwanted;

    /**
     * A reader.
     *
     * @param data which rows are taken
     * @param chat put around prompts and answers
     * @param tokenizer of the backbone
     * @param vocabulary ids lie below it
     * @param responseLength longest answer in tokens
     * @param answers whether rows must have answers; else they are not read
     */
    InstructionRows(
            InstructionData data,
            ChatTemplate chat,
            Tokenizer tokenizer,
            int vocabulary,
            int responseLength,
            boolean answers) {
        this.data = data;
        this.chat = chat;
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
        this.responseLength = responseLength;
        this.answers = answers;
    }

    /**
     * Reads rows until there are enough; how many were left out, and why, is logged once.
     *
     * @param file JSON lines or a JSON array, gzip or not
     * @param most how many at most
     * @return in the order of the file
     * @throws ProblemDataException if the file cannot be read, or a row cannot and {@code badRows} is {@code stop}: the
     *     message names file and line
     * @throws ConfigurationException if no row is left
     */
    List<Instruction> read(Path file, int most) {
        List<Instruction> kept = new ArrayList<>();
        List<JsonRows.Row> rows = JsonRows.read(file, this::pass);
        for (JsonRows.Row row : rows) {
            if (kept.size() == most) {
                break;
            }
            try {
                Instruction instruction = instruction(row);
                if (fits(row, instruction)) {
                    kept.add(instruction);
                }
            } catch (ProblemDataException broken) {
                pass(broken);
            }
        }
        String left = longPrompts + " with prompts longer than " + data.longestPrompt() + " tokens, " + longAnswers
                + " with answers longer than " + responseLength + ", " + shortAnswers + " with answers shorter than "
                + data.shortestAnswer() + ", " + unwanted + " with an unwanted text";
        if (kept.isEmpty()) {
            throw new ConfigurationException(
                    "data.source must have rows to train on, " + file + " has none; left out: " + left);
        }
        if (longPrompts + longAnswers + shortAnswers + unwanted > 0) {
            LOG.warn("{} rows of {} are used; left out: {}", kept.size(), file, left);
        }
        return kept;
    }

    private void pass(ProblemDataException broken) {
        if (data.badRows() == InstructionData.BadRows.STOP) {
            throw broken;
        }
        LOG.warn("row left out: {}", broken.getMessage());
    }

    private boolean fits(JsonRows.Row row, Instruction instruction) {
        if (data.without().stream().anyMatch(row.json().toString()::contains)) {
            unwanted++;
        } else if (instruction.promptIds().length > data.longestPrompt()) {
            longPrompts++;
        } else if (answers && instruction.answerIds().length > responseLength) {
            longAnswers++;
        } else if (answers && instruction.answerIds().length < data.shortestAnswer()) {
            shortAnswers++;
        } else {
            return true;
        }
        return false;
    }

    private Instruction instruction(JsonRows.Row row) {
        if (row.json().has("prompt_ids")) {
            return new Instruction(ids(row, "prompt_ids"), answers ? ids(row, "answer_ids") : new int[0]);
        }
        List<Prompt.Turn> turns = new ArrayList<>();
        String answer = null;
        if (row.json().has("messages")) {
            turns.addAll(turns(row, "messages"));
            int last = turns.size() - 1;
            if (turns.get(last).role() == Prompt.Role.ASSISTANT) {
                answer = turns.remove(last).content();
            }
        } else {
            boolean chatted = row.json().path("prompt").isArray();
            turns.addAll(
                    chatted ? turns(row, "prompt") : List.of(new Prompt.Turn(Prompt.Role.USER, row.text("prompt"))));
            String field = row.json().has("completion") ? "completion" : "response";
            answer = answers ? row.text(field) : null;
        }
        if (turns.isEmpty() || turns.get(turns.size() - 1).role() != Prompt.Role.USER) {
            throw new ProblemDataException(row.place() + ": the prompt must end with a user's message");
        }
        if (answers && answer == null) {
            throw new ProblemDataException(
                    row.place() + ": messages must end with the assistant's, which is the answer to learn");
        }
        int[] prompt = tokenizer.encode(chat.render(new Prompt(turns, "")));
        return new Instruction(prompt, answers ? tokenizer.encode(chat.answer(answer)) : new int[0]);
    }

    private static List<Prompt.Turn> turns(JsonRows.Row row, String field) {
        JsonNode messages = row.json().get(field);
        List<Prompt.Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            String at = row.place() + ": " + field + "[" + turns.size() + "]";
            String role = message.path("role").asText();
            if (!List.of("system", "user", "assistant").contains(role)) {
                throw new ProblemDataException(at + ".role must be system, user or assistant, was \"" + role + "\"");
            }
            if (!message.path("content").isTextual()) {
                throw new ProblemDataException(at + ".content must be a text");
            }
            Prompt.Role speaker = Prompt.Role.valueOf(role.toUpperCase(Locale.ROOT));
            turns.add(new Prompt.Turn(speaker, message.get("content").textValue()));
        }
        if (turns.isEmpty()) {
            throw new ProblemDataException(row.place() + ": " + field + " must be a list of messages, at least one");
        }
        return turns;
    }

    private int[] ids(JsonRows.Row row, String field) {
        JsonNode list = row.json().path(field);
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = list.get(i).isInt() ? list.get(i).intValue() : -1;
            if (ids[i] < 0 || ids[i] >= vocabulary) {
                throw new ProblemDataException(row.place() + ": " + field + "[" + i + "] must be a token id below "
                        + vocabulary + ", was " + list.get(i));
            }
        }
        if (!list.isArray()) {
            throw new ProblemDataException(row.place() + ": " + field + " must be a list of token ids");
        }
        return ids;
    }
}
