package io.maskflow.reward.problem.prompt;

/** How a chat becomes one text. The markers are special tokens of the model's tokenizer. */
public interface ChatTemplate {

    /** No markers: the turns in a row. */
    ChatTemplate PLAIN = Prompt::plainText;

    /**
     * The text that the tokenizer gets.
     *
     * @param prompt the turns; what the answer is to start with stands at the end of the text
     */
    String render(Prompt prompt);

    /**
     * An answer as the model is to write it after {@link #render}, before any end token.
     *
     * @param content what the assistant says
     */
    default String answer(String content) {
        return content;
    }
}
