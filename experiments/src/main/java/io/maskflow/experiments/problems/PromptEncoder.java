package io.maskflow.experiments.problems;

import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.Attempt;
import io.maskflow.reward.answer.AnswerCheck;
import io.maskflow.reward.problem.AnswerExtraction;
import io.maskflow.reward.problem.AnswerProblem;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.Problem;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.PromptTemplate;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Problem to token ids, response to program or answer. */
public final class PromptEncoder {

    private static final Logger LOG = LoggerFactory.getLogger(PromptEncoder.class);

    private final PromptTemplate template;
    private final PromptSettings settings;
    private final Optional<AnswerExtraction> programs;
    private final Tokenizer tokenizer;
    private final Set<Integer> endIds;
    private final ChatTemplate chat;

    /**
     * @param settings template and extraction
     * @param tokenizer the backbone's
     * @param endIds tokens that end a text
     * @param folder the backbone's, asked for its chat template if the settings want one
     * @throws ConfigurationException if there is no such template or extraction, or the backbone has no chat template
     */
    public PromptEncoder(PromptSettings settings, Tokenizer tokenizer, Set<Integer> endIds, Path folder) {
        this.settings = settings;
        this.template = template(settings);
        this.programs = programs(settings);
        this.chat = settings.chat()
                ? FolderChatTemplate.told(folder, "prompt.chat", settings.chatVariables())
                : ChatTemplate.PLAIN;
        this.tokenizer = tokenizer;
        this.endIds = Set.copyOf(endIds);
    }

    /**
     * Finds what of the settings does not fit some problems: a template that asks for what they do not have, a rule that cuts
     * programs out of answers that are none.
     *
     * @throws ConfigurationException if something does not fit
     */
    public static void check(PromptSettings settings, List<? extends Problem> problems) {
        PromptTemplate template = template(settings);
        Optional<AnswerExtraction> programs = programs(settings);
        for (Problem problem : problems) {
            try {
                template.render(problem);
                if (problem instanceof AnswerProblem answered) {
                    answered.rule(settings.extraction());
                } else if (programs.isEmpty()) {
                    throw new IllegalArgumentException("extraction must be one of " + AnswerExtraction.names()
                            + " for problem " + problem.id() + ", was " + settings.extraction());
                }
            } catch (IllegalArgumentException misfit) {
                String hint =
                        problem instanceof AnswerProblem && template.name().contains("test_list")
                                ? " (problems with answers have none: try the template \"{text}\" or evotoken-gsm8k)"
                                : "";
                throw new ConfigurationException("prompt: " + misfit.getMessage() + hint);
            }
        }
    }

    private static PromptTemplate template(PromptSettings settings) {
        try {
            return PromptTemplate.of(settings.template());
        } catch (IllegalArgumentException unknown) {
            throw new ConfigurationException("prompt: " + unknown.getMessage());
        }
    }

    /** The rule that cuts programs out; none if the settings name a rule for answers. */
    private static Optional<AnswerExtraction> programs(PromptSettings settings) {
        try {
            return AnswerCheck.allRules().contains(settings.extraction())
                    ? Optional.empty()
                    : Optional.of(AnswerExtraction.named(settings.extraction()));
        } catch (IllegalArgumentException unknown) {
            throw new ConfigurationException("prompt: " + unknown.getMessage() + " for programs, or of "
                    + AnswerCheck.allRules() + " for answers");
        }
    }

    /**
     * Encodes problems. A prompt longer than the model takes keeps its end, the part next to the answer; how many were
     * cut is logged once.
     *
     * @param problems in source order
     * @param limit how many, from the first; 0 for all
     * @param maxPromptLength longest prompt in tokens
     * @return the problems that fit, numbered by their place in the source
     * @throws ConfigurationException if template or extraction do not fit the problems
     */
    public List<NumberedProblem> encode(List<? extends Problem> problems, int limit, int maxPromptLength) {
        check(settings, problems);
        List<NumberedProblem> encoded = new ArrayList<>();
        int cut = 0;
        int end = limit == 0 ? problems.size() : Math.min(limit, problems.size());
        for (int number = 0; number < end; number++) {
            Problem problem = problems.get(number);
            int[] ids = tokenizer.encode(prompt(problem));
            if (ids.length > maxPromptLength) {
                ids = Arrays.copyOfRange(ids, ids.length - maxPromptLength, ids.length);
                cut++;
            }
            encoded.add(new NumberedProblem(number, problem, ids));
        }
        if (cut > 0) {
            LOG.warn(
                    "{} of {} prompts are longer than the {} tokens that the model leaves for a prompt; only their ends"
                            + " were kept",
                    cut,
                    encoded.size(),
                    maxPromptLength);
        }
        return encoded;
    }

    /** The prompt of a problem as text, chat template included. */
    public String prompt(Problem problem) {
        return chat.render(template.render(problem));
    }

    /** The response as text, cut at the first end token, special tokens left out. */
    public String text(int[] responseIds) {
        return tokenizer.decodeUntilEnd(responseIds, endIds);
    }

    /** The response as a program to be graded, or as an answer judged at once. */
    public Attempt attempt(Problem problem, String text) {
        if (problem instanceof CodingProblem coding) {
            return new Attempt.Program(coding.submission(programs.orElseThrow().extract(text, coding)));
        }
        AnswerProblem answered = (AnswerProblem) problem;
        return new Attempt.Answer(answered.check().check(text, answered.rule(settings.extraction())));
    }
}
