package io.maskflow.reward.problem;

import java.util.List;
import java.util.Locale;

/** How a chat becomes one text. The markers are special tokens of the model's tokenizer. */
public enum ChatTemplate {
    /** No markers: the turns in a row. */
    PLAIN {
        @Override
        public String render(Prompt prompt) {
            return prompt.plainText();
        }
    },
    /** LLaDA-8B-Instruct: contents are trimmed, so blanks at the end of a template vanish; an answer prefix stands after the header. */
    LLADA {
        @Override
        public String render(Prompt prompt) {
            StringBuilder text = new StringBuilder("<|startoftext|>");
            for (Prompt.Turn turn : prompt.turns()) {
                text.append("<|start_header_id|>").append(word(turn)).append("<|end_header_id|>\n\n");
                text.append(turn.content().strip()).append("<|eot_id|>");
            }
            return text.append("<|start_header_id|>assistant<|end_header_id|>\n\n")
                    .append(prompt.prefix())
                    .toString();
        }

        @Override
        public String answer(String content) {
            return content.strip(); // nothing but end tokens follows: GUIDELINES.md of ML-GSAI/LLaDA, SFT
        }
    },
    /** Dream, DiffuCoder and Qwen2.5-Coder: ChatML, with the answer prefix after the assistant's marker. */
    CHATML {
        @Override
        public String render(Prompt prompt) {
            StringBuilder text = new StringBuilder();
            if (prompt.turns().get(0).role() != Prompt.Role.SYSTEM) {
                text.append("<|im_start|>system\nYou are a helpful assistant.<|im_end|>\n");
            }
            for (Prompt.Turn turn : prompt.turns()) {
                text.append("<|im_start|>").append(word(turn)).append('\n');
                text.append(turn.content()).append("<|im_end|>\n");
            }
            return text.append("<|im_start|>assistant\n")
                    .append(prompt.prefix())
                    .toString();
        }

        @Override
        public String answer(String content) {
            return content + "<|im_end|>";
        }
    },
    /** LLaDA2.0: roles in tags, thinking off, with the answer prefix after the assistant's tag. */
    LLADA2 {
        @Override
        public String render(Prompt prompt) {
            StringBuilder text = new StringBuilder("<role>SYSTEM</role>");
            List<Prompt.Turn> turns = prompt.turns();
            if (turns.get(0).role() == Prompt.Role.SYSTEM) {
                text.append(turns.get(0).content()).append('\n');
                turns = turns.subList(1, turns.size());
            }
            text.append("detailed thinking off<|role_end|>");
            for (Prompt.Turn turn : turns) {
                text.append(turn.role() == Prompt.Role.USER ? "<role>HUMAN</role>" : tag(turn));
                text.append(turn.content()).append("<|role_end|>");
            }
            return text.append("<role>ASSISTANT</role>").append(prompt.prefix()).toString();
        }

        @Override
        public String answer(String content) {
            return content + "<|role_end|>";
        }

        private String tag(Prompt.Turn turn) {
            return "<role>" + turn.role() + "</role>";
        }
    };

    /** The text that the tokenizer gets. */
    public abstract String render(Prompt prompt);

    /**
     * An answer as the model is to write it after {@link #render}, before any end token.
     *
     * @param content what the assistant says
     */
    public String answer(String content) {
        return content;
    }

    private static String word(Prompt.Turn turn) {
        return turn.role().name().toLowerCase(Locale.ROOT);
    }
}
