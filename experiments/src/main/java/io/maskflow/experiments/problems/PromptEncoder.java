package io.maskflow.experiments.problems;

import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.AnswerExtraction;
import io.maskflow.reward.problem.ChatTemplate;
import io.maskflow.reward.problem.CodingProblem;
import io.maskflow.reward.problem.PromptTemplate;
import io.maskflow.reward.sandbox.Submission;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Problem to token ids, response to program. */
public final class PromptEncoder {

    private static final Logger LOG = LoggerFactory.getLogger(PromptEncoder.class);

    private final PromptTemplate template;
    private final AnswerExtraction extraction;
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
        try {
            this.template = PromptTemplate.of(settings.template());
            this.extraction = AnswerExtraction.named(settings.extraction());
        } catch (IllegalArgumentException unknown) {
            throw new ConfigurationException("prompt: " + unknown.getMessage());
        }
        this.chat = settings.chat() ? FolderChatTemplate.of(folder) : ChatTemplate.PLAIN;
        this.tokenizer = tokenizer;
        this.endIds = Set.copyOf(endIds);
    }

    /**
     * Encodes problems. A prompt longer than the model takes keeps its end, the part next to the answer; how many were
     * cut is logged once.
     *
     * @param problems in source order
     * @param limit how many, from the first; 0 for all
     * @param maxPromptLength longest prompt in tokens
     * @return the problems that fit, numbered by their place in the source
     */
    public List<NumberedProblem> encode(List<CodingProblem> problems, int limit, int maxPromptLength) {
        List<NumberedProblem> encoded = new ArrayList<>();
        int cut = 0;
        int end = limit == 0 ? problems.size() : Math.min(limit, problems.size());
        for (int number = 0; number < end; number++) {
            CodingProblem problem = problems.get(number);
            int[] ids = tokenizer.encode(chat.render(template.render(problem)));
            if (ids.length > maxPromptLength) {
                ids = Arrays.copyOfRange(ids, ids.length - maxPromptLength, ids.length);
                cut++;
            }
            encoded.add(new NumberedProblem(number, problem, ids));
        }
        if (cut > 0) {
            LOG.warn("{} of {} prompts are longer than the {} tokens that the model leaves for a prompt; only their ends"
                    + " were kept", cut, encoded.size(), maxPromptLength);
        }
        return encoded;
    }

    /** The response as text, cut at the first end token, special tokens left out. */
    public String text(int[] responseIds) {
        return tokenizer.decodeUntilEnd(responseIds, endIds);
    }

    /** The response as a program to be graded. */
    public Submission submission(CodingProblem problem, String text) {
        return problem.submission(extraction.extract(text, problem));
    }
}
