package io.maskflow.experiments.serving;

import io.maskflow.experiments.serving.request.Completion;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Answers in OpenAI's shape, whole and in pieces; beside it stand {@code nfe} and tokens per call. */
final class Answer {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Completion asked;
    private final String id;
    private final long created = System.currentTimeMillis() / 1000;

    Answer(Completion asked) {
        this.asked = asked;
        this.id = (asked.chat() ? "chatcmpl-" : "cmpl-") + NUMBERS.incrementAndGet();
    }

    /**
     * One of the answers to a request.
     *
     * @param text what it says
     * @param nfe model calls that it took
     */
    record Choice(AnswerText text, int nfe) {}

    private Map<String, Object> head(String object) {
        Map<String, Object> head = new LinkedHashMap<>();
        head.put("id", id);
        head.put("object", object);
        head.put("created", created);
        head.put("model", asked.model());
        return head;
    }

    /** The whole answer. */
    Map<String, Object> whole(List<Choice> choices) {
        List<Map<String, Object>> list = new ArrayList<>();
        for (int i = 0; i < choices.size(); i++) {
            Choice choice = choices.get(i);
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("index", i);
            if (asked.chat()) {
                Map<String, Object> message = new LinkedHashMap<>();
                message.put("role", "assistant");
                message.put("content", choice.text().text());
                message.put("refusal", null);
                one.put("message", message);
            } else {
                one.put(
                        "text",
                        asked.echoed().get(i / asked.n()) + choice.text().text());
            }
            one.put("logprobs", null);
            one.put("finish_reason", choice.text().finishReason());
            one.put("nfe", choice.nfe());
            list.add(one);
        }
        Map<String, Object> answer = head(asked.chat() ? "chat.completion" : "text_completion");
        answer.put("choices", list);
        answer.put("usage", usage(choices));
        return answer;
    }

    Map<String, Object> usage(List<Choice> choices) {
        int tokens = choices.stream().mapToInt(choice -> choice.text().tokens()).sum();
        int nfe = choices.stream().mapToInt(Choice::nfe).sum();
        Map<String, Object> usage = new LinkedHashMap<>();
        usage.put("prompt_tokens", asked.promptTokens());
        usage.put("completion_tokens", tokens);
        usage.put("total_tokens", asked.promptTokens() + tokens);
        usage.put("nfe", nfe);
        usage.put("tokens_per_call", nfe == 0 ? 0 : Math.round(100.0 * tokens / nfe) / 100.0);
        return usage;
    }

    /** A piece of text; the first one of a chat also says who speaks. */
    Map<String, Object> piece(int index, String text, boolean first) {
        return chunk(index, text, first, null, null);
    }

    /** The end of one answer. */
    Map<String, Object> end(int index, String rest, boolean first, Choice choice) {
        return chunk(index, rest, first, choice.text().finishReason(), choice.nfe());
    }

    private Map<String, Object> chunk(int index, String text, boolean first, String finishReason, Integer nfe) {
        Map<String, Object> one = new LinkedHashMap<>();
        one.put("index", index);
        if (asked.chat()) {
            Map<String, Object> delta = new LinkedHashMap<>();
            if (first) {
                delta.put("role", "assistant");
            }
            delta.put("content", text);
            one.put("delta", delta);
        } else {
            one.put("text", text);
        }
        one.put("logprobs", null);
        one.put("finish_reason", finishReason);
        if (nfe != null) {
            one.put("nfe", nfe);
        }
        Map<String, Object> chunk = head(asked.chat() ? "chat.completion.chunk" : "text_completion");
        chunk.put("choices", List.of(one));
        return chunk;
    }

    /** The event of usage at the end of a stream. */
    Map<String, Object> usageChunk(List<Choice> choices) {
        Map<String, Object> chunk = head(asked.chat() ? "chat.completion.chunk" : "text_completion");
        chunk.put("choices", List.of());
        chunk.put("usage", usage(choices));
        return chunk;
    }
}
