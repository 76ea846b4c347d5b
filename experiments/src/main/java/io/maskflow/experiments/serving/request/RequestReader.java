package io.maskflow.experiments.serving.request;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.DecodingBudget;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Understands a request, or refuses it with one sentence. What OpenAI's API has and a masked diffusion model cannot do is
 * refused by name; what changes nothing is let pass.
 */
public final class RequestReader {

    private static final int MOST_PROMPTS = 64;
    private static final int MOST_CHOICES = 128;
    private static final int MOST_STOPS = 4;
    private static final int MOST_PER_PROMPT = 16;
    private static final int HOTTEST = 2;

    private static final Set<String> SHARED = Set.of(
            "model",
            "max_tokens",
            "temperature",
            "top_p",
            "n",
            "seed",
            "stop",
            "stream",
            "stream_options",
            "budget",
            "price",
            "trace",
            "logprobs",
            "logit_bias",
            "presence_penalty",
            "frequency_penalty",
            "user",
            "store",
            "metadata",
            "service_tier",
            "safety_identifier",
            "prompt_cache_key");
    private static final Set<String> OF_COMPLETIONS = Set.of("prompt", "echo", "best_of", "suffix");
    private static final Set<String> OF_CHAT = Set.of(
            "messages",
            "max_completion_tokens",
            "top_logprobs",
            "tools",
            "tool_choice",
            "functions",
            "function_call",
            "response_format",
            "parallel_tool_calls",
            "modalities",
            "reasoning_effort",
            "verbosity");

    private final ServedModel model;
    private final ServeSettings settings;

    /** Reads requests for one model. */
    public RequestReader(ServedModel model, ServeSettings settings) {
        this.model = model;
        this.settings = settings;
    }

    /**
     * Reads a body.
     *
     * @param chat whether it is one of {@code /v1/chat/completions}
     * @throws Refusal if it cannot be served
     */
    public Completion read(byte[] body, boolean chat) {
        Fields fields = Fields.of(body);
        Set<String> known = new TreeSet<>(SHARED);
        known.addAll(chat ? OF_CHAT : OF_COMPLETIONS);
        fields.only(known);
        refuseWhatCannotBeDone(fields);
        String name = model.decoders().name(fields.text("model"));
        Sampling sampling = new Sampling(
                fields.number("temperature", 0, HOTTEST),
                fields.number("top_p", Float.MIN_NORMAL, 1),
                fields.number("price", Double.MIN_NORMAL, Double.MAX_VALUE));
        int length = length(fields);
        int n = (int) fields.whole("n", 1, MOST_PER_PROMPT, 1);
        if (fields.whole("best_of", 1, MOST_PER_PROMPT, n) != n) {
            throw Refusal.field("best_of", "best_of must be n: answers are not ranked here");
        }
        List<int[]> prompts = new ArrayList<>();
        List<String> echoed = new ArrayList<>();
        if (chat) {
            prompts.add(encoded("messages", conversation(fields.get("messages"))));
            echoed.add("");
        } else {
            prompts.addAll(prompts(fields.get("prompt")));
            boolean echo = fields.flag("echo");
            for (int p = 0; p < prompts.size(); p++) {
                echoed.add(echo ? echo(fields.get("prompt"), p, prompts.get(p)) : "");
            }
        }
        if (prompts.size() * n > MOST_CHOICES) {
            throw Refusal.field(
                    "n", "a request may ask for " + MOST_CHOICES + " answers, this one asks for " + prompts.size() * n);
        }
        int room = model.info().maxLength() - length;
        for (int[] ids : prompts) {
            if (ids.length > room) {
                throw Refusal.field(
                        chat ? "messages" : "prompt",
                        "a prompt must have at most " + room
                                + " tokens (the model takes " + model.info().maxLength() + ", the answer is " + length
                                + "), had " + ids.length);
            }
            if (ids.length == 0 && model.info().logitsPredictNext()) {
                throw Refusal.field("prompt", "a prompt of this model needs at least one token");
            }
        }
        boolean stream = fields.flag("stream");
        boolean usage = usageWanted(fields.get("stream_options"));
        boolean trace = fields.flag("trace");
        return new Completion(
                chat,
                name,
                model.decoders().decoder(name, sampling),
                prompts,
                echoed,
                length,
                budget(fields).steps(length),
                fields.whole("seed", Long.MIN_VALUE, Long.MAX_VALUE, 0),
                n,
                fields.texts("stop", MOST_STOPS),
                stream,
                stream && usage,
                stream && trace);
    }

    private static void refuseWhatCannotBeDone(Fields fields) {
        JsonNode logprobs = fields.get("logprobs");
        if (!logprobs.isMissingNode() && !(logprobs.isBoolean() && !logprobs.booleanValue())
                || fields.has("top_logprobs")) {
            throw Refusal.field(
                    "logprobs",
                    "logprobs cannot be served: a masked diffusion model has no probability of a"
                            + " text from left to right");
        }
        for (String name : List.of("tools", "functions", "logit_bias")) {
            if (fields.get(name).size() > 0 || fields.get(name).isValueNode() && fields.has(name)) {
                throw Refusal.field(name, name + " cannot be served");
            }
        }
        for (String name : List.of("tool_choice", "function_call")) {
            if (fields.has(name) && !fields.get(name).asText().matches("none|auto")) {
                throw Refusal.field(name, name + " cannot be served: no tools are called");
            }
        }
        for (String name : List.of("presence_penalty", "frequency_penalty")) {
            if (fields.number(name, -2, 2).orElse(0) != 0) {
                throw Refusal.field(name, name + " must be 0: repeated tokens are not penalised");
            }
        }
        if (!fields.text("suffix").isEmpty()) {
            throw Refusal.field("suffix", "suffix cannot be served: text is written behind a prompt only");
        }
        JsonNode format = fields.get("response_format");
        if (!format.isMissingNode() && !format.path("type").asText().equals("text")) {
            throw Refusal.field("response_format", "response_format must be {\"type\": \"text\"}");
        }
        JsonNode modalities = fields.get("modalities");
        if (!modalities.isMissingNode()
                && !(modalities.size() == 1 && modalities.path(0).asText().equals("text"))) {
            throw Refusal.field("modalities", "modalities must be [\"text\"]");
        }
    }

    private int length(Fields fields) {
        int most = model.info().maxLength() - 1;
        if (settings.maxLength() > 0) {
            most = Math.min(most, settings.maxLength());
        }
        int standard = Math.min(settings.length(), most);
        int old = (int) fields.whole("max_tokens", 1, most, standard);
        int now = (int) fields.whole("max_completion_tokens", 1, most, old);
        if (fields.has("max_tokens") && now != old) {
            throw Refusal.field(
                    "max_tokens", "max_tokens and max_completion_tokens must agree, were " + old + " and " + now);
        }
        return now;
    }

    private DecodingBudget budget(Fields fields) {
        if (!fields.has("budget")) {
            return settings.budget();
        }
        JsonNode value = fields.get("budget");
        try {
            return DecodingBudget.parse(value.isInt() ? value.asText() : Fields.text("budget", value));
        } catch (IllegalArgumentException wrong) {
            throw Refusal.field(
                    "budget",
                    "budget must be steps over response length, a fraction of two whole numbers such" + " as \"1/4\"");
        }
    }

    private static boolean usageWanted(JsonNode options) {
        if (options.isMissingNode()) {
            return false;
        }
        if (!options.isObject()) {
            throw Refusal.field("stream_options", "stream_options must be an object, was " + Fields.kind(options));
        }
        return options.path("include_usage").asBoolean();
    }

    // --- prompts
    // ------------------------------------------------------------------------------------------------------

    private List<int[]> prompts(JsonNode prompt) {
        if (prompt.isTextual()) {
            return List.of(encoded("prompt", Fields.text("prompt", prompt)));
        }
        if (prompt.isArray() && prompt.size() > 0 && prompt.get(0).isNumber()) {
            return List.of(ids(prompt));
        }
        if (!prompt.isArray() || prompt.size() == 0 || prompt.size() > MOST_PROMPTS) {
            throw Refusal.field(
                    "prompt",
                    "prompt must be text, a list of at most " + MOST_PROMPTS
                            + " texts, token ids, or a list of lists of them, was "
                            + (prompt.isArray() ? "a list of " + prompt.size() : Fields.kind(prompt)));
        }
        List<int[]> prompts = new ArrayList<>();
        for (JsonNode one : prompt) {
            prompts.add(one.isArray() ? ids(one) : encoded("prompt", Fields.text("prompt", one)));
        }
        return prompts;
    }

    private String echo(JsonNode prompt, int number, int[] ids) {
        JsonNode asked = prompt.isArray() ? prompt.get(number) : prompt;
        return asked.isTextual() ? asked.textValue() : model.tokenizer().decode(ids);
    }

    private int[] ids(JsonNode list) {
        int vocabulary = model.info().vocabularySize();
        int[] ids = new int[list.size()];
        for (int i = 0; i < ids.length; i++) {
            JsonNode id = list.get(i);
            if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabulary) {
                throw Refusal.field(
                        "prompt",
                        "token " + i + " of prompt must be a whole number in [0, " + (vocabulary - 1) + "], was "
                                + Fields.shown(id));
            }
            ids[i] = id.intValue();
        }
        return ids;
    }

    private int[] encoded(String field, String text) {
        try {
            return model.tokenizer().encode(text);
        } catch (RuntimeException cannot) {
            throw Refusal.field(field, field + " cannot be turned into tokens");
        }
    }

    private String conversation(JsonNode messages) {
        if (!messages.isArray() || messages.size() == 0) {
            throw Refusal.field(
                    "messages",
                    "messages must be a list of at least one message, was "
                            + (messages.isArray() ? "empty" : Fields.kind(messages)));
        }
        List<Prompt.Turn> turns = new ArrayList<>();
        for (JsonNode message : messages) {
            turns.add(new Prompt.Turn(role(message.path("role")), content(message.path("content"))));
        }
        Optional<ChatTemplate> template = model.chat();
        if (template.isEmpty() && (turns.size() > 1 || turns.get(0).role() != Prompt.Role.USER)) {
            throw Refusal.field(
                    "messages", "the base model has no chat template: it takes a single message, the user's");
        }
        try {
            return template.orElse(ChatTemplate.PLAIN).render(new Prompt(turns, ""));
        } catch (IllegalArgumentException wrong) {
            throw Refusal.field("messages", "the last of messages must be the user's");
        }
    }

    private static Prompt.Role role(JsonNode role) {
        return switch (role.asText()) {
            case "system", "developer" -> Prompt.Role.SYSTEM;
            case "user" -> Prompt.Role.USER;
            case "assistant" -> Prompt.Role.ASSISTANT;
            default ->
                throw Refusal.field("messages", "the role of a message must be system, developer, user or assistant");
        };
    }

    /** Text, or a list of parts that are text. */
    private static String content(JsonNode content) {
        if (!content.isArray()) {
            return Fields.text("content", content);
        }
        StringBuilder text = new StringBuilder();
        for (JsonNode part : content) {
            if (!part.path("type").asText().equals("text")) {
                throw Refusal.field("content", "the parts of a message must be text");
            }
            text.append(Fields.text("text", part.path("text")));
        }
        return text.toString();
    }
}
