package io.maskflow.reward.problem;

/** How a program is found in an answer. */
public enum AnswerExtraction {
    /** The answer is the program. */
    NONE {
        @Override
        public String extract(String answer) {
            return answer;
        }
    };

    /**
     * The program in an answer.
     *
     * @param answer the response, cut at its end
     */
    public abstract String extract(String answer);

    /**
     * The rule of a name.
     *
     * @throws IllegalArgumentException if there is no such rule
     */
    public static AnswerExtraction named(String name) {
        for (AnswerExtraction rule : values()) {
            if (rule.name().toLowerCase(java.util.Locale.ROOT).equals(name)) {
                return rule;
            }
        }
        throw new IllegalArgumentException("extraction must be one of none, was \"" + name + "\"");
    }
}
