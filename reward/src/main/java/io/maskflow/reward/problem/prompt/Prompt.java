package io.maskflow.reward.problem.prompt;

import java.util.List;
import java.util.Objects;

/**
 * What a model is asked.
 *
 * @param turns user and assistant turns, examples first; the last is the user's
 * @param prefix text that the assistant's answer starts with; possibly empty
 */
public record Prompt(List<Turn> turns, String prefix) {
    /** One turn of a chat. */
    public record Turn(Role role, String content) {
        public Turn {
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(content, "content");
        }
    }

    /** Who speaks. */
    public enum Role {
        SYSTEM,
        USER,
        ASSISTANT
    }

    public Prompt {
        turns = List.copyOf(turns);
        Objects.requireNonNull(prefix, "prefix");
        if (turns.isEmpty() || turns.get(turns.size() - 1).role() != Role.USER) {
            throw new IllegalArgumentException("the last turn of a prompt must be the user's");
        }
    }

    /** A single question. */
    public static Prompt of(String text) {
        return new Prompt(List.of(new Turn(Role.USER, text)), "");
    }

    /** The prompt for a model without chat turns: everything in a row. */
    public String plainText() {
        StringBuilder text = new StringBuilder();
        turns.forEach(turn -> text.append(turn.content()));
        return text.append(prefix).toString();
    }
}
