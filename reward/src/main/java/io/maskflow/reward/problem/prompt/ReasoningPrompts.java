package io.maskflow.reward.problem.prompt;

import io.maskflow.reward.problem.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The published prompts of problems with answers. Those of EvoToken and d1 are one user message, the instruction and the question,
 * and an answer that has begun with {@code <reasoning>}; they are kept to the letter, slips of the pen included.
 */
final class ReasoningPrompts {
    private static final String FORMAT =
            "Respond in the following format:\n<reasoning>\nYour reasoning here\n</reasoning>\n<answer>\n\\boxed{...}\n</answer>";
    private static final String EXPERT =
            "You are a math expert. You will be given a question to solve. Solve it step by step. "
                    + "Wrap the final answer in a \\boxed{}.";
    private static final String GSM8K = EXPERT + " \n" + FORMAT;
    private static final String MATH = EXPERT + "\n" + FORMAT + "\" \n";
    private static final String COUNTDOWN =
            "Using only the provided numbers, create an arithmetic expression that evaluates to exactly the provided target number. "
                    + "You may use the operations +, -, *, and / as needed, but each number must be used exactly once. Think "
                    + "step-by-step. After reasoning, provide only your final expression inside \\boxed{} tags without including an "
                    + "equals sign or the target number. For example: \\boxed{a + b * c}" + FORMAT;

    private ReasoningPrompts() {}

    /** What comes before the question, by the name of the prompt. */
    static Map<String, String> instructions() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("evotoken-gsm8k", GSM8K);
        all.put("evotoken-math500", MATH);
        all.put("evotoken-svamp", MATH);
        all.put("evotoken-countdown", COUNTDOWN);
        return all;
    }

    /** The prompt of a problem under an instruction. */
    static Prompt prompt(String instruction, Problem problem) {
        return new Prompt(
                List.of(new Prompt.Turn(Prompt.Role.USER, instruction + "\n\n" + problem.text())), "<reasoning>");
    }
}
