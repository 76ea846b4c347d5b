package io.maskflow.experiments.problems;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.RenderResult;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jinjava.javax.el.CompositeELResolver;

/**
 * A chat template of a model folder, rendered by Jinjava as transformers renders it: {@code add_generation_prompt} true, no
 * tools, {@code strftime_now} and {@code raise_exception} defined. What the engine cannot render is refused with its line.
 */
public final class JinjaChatTemplate implements ChatTemplate {

    private static final Jinjava ENGINE = engine();
    private static final Pattern TAG = Pattern.compile("\\{\\{.*?}}|\\{%.*?%}", Pattern.DOTALL);
    private static final Pattern TEXT = Pattern.compile("'(?:[^'\\\\]|\\\\.)*'|\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern FILTER = Pattern.compile("\\|\\s*([A-Za-z_]\\w*)");

    /** What may be called. Variables of these names too, since templates ask {@code strftime_now is defined}. */
    private static final List<String> CALLED = List.of("raise_exception", "strftime_now");

    private final String template;
    private final Map<String, Object> given;
    private final String place;

    /**
     * @param template Jinja
     * @param given special tokens ({@code bos_token}, {@code eos_token}) and further variables ({@code enable_thinking})
     * @param place where the template stands, for messages
     * @throws ConfigurationException if a tag has no end, or a filter is unknown
     */
    JinjaChatTemplate(String template, Map<String, Object> given, String place) {
        this.given = Map.copyOf(given);
        this.place = place;
        try {
            requireFilters(template);
            this.template = JinjaText.settled(template);
        } catch (IllegalArgumentException broken) {
            throw new ConfigurationException(place + ", " + broken.getMessage(), broken);
        }
    }

    /** The engine would render an unknown filter as nothing: it is refused instead, before anything is rendered. */
    private static void requireFilters(String template) {
        Matcher tags = TAG.matcher(template);
        while (tags.find()) {
            Matcher filters = FILTER.matcher(TEXT.matcher(tags.group()).replaceAll("''"));
            while (filters.find()) {
                if (ENGINE.getGlobalContext().getFilter(filters.group(1)) == null) {
                    long line = 1
                            + template.substring(0, tags.start()).lines().count()
                            - (tags.start() == 0 || template.charAt(tags.start() - 1) != '\n' ? 1 : 0);
                    throw new IllegalArgumentException(
                            "line " + Math.max(1, line) + ": there is no filter " + filters.group(1));
                }
            }
        }
    }

    private static Jinjava engine() {
        CompositeELResolver resolvers = new CompositeELResolver();
        resolvers.add(new PythonTexts());
        resolvers.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
        Jinjava engine = new PythonValues(JinjavaConfig.newBuilder()
                .withElResolver(resolvers)
                .withNestedInterpretationEnabled(false) // a question that holds {{ }} is a text
                .withMaxOutputSize(1 << 24)
                .withLegacyOverrides(LegacyOverrides.newBuilder()
                        .withUseNaturalOperatorPrecedence(true)
                        .withEvaluateMapKeys(true)
                        .withKeepNullableLoopValues(true)
                        .build()));
        engine.getGlobalContext()
                .registerFunction(new ELFunctionDefinition(
                        "", "raise_exception", JinjaChatTemplate.class, "raise", Object.class));
        engine.getGlobalContext()
                .registerFunction(
                        new ELFunctionDefinition("", "strftime_now", JinjaChatTemplate.class, "now", String.class));
        engine.getGlobalContext().registerFilter(new PythonText());
        engine.getGlobalContext().registerFilter(new PythonJson());
        return engine;
    }

    /** {@code raise_exception}: the template refuses the conversation. */
    public static Object raise(Object message) {
        throw new IllegalStateException(String.valueOf(message));
    }

    /** {@code strftime_now}. */
    public static String now(String format) {
        return StrftimeFormatter.format(ZonedDateTime.now(), format);
    }

    /** {@code string}: as Python writes it. */
    private static final class PythonText implements Filter {
        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            return PythonValues.text(value);
        }

        @Override
        public String getName() {
            return "string";
        }
    }

    /** {@code tojson}: blanks behind colons and commas, as Python writes them. */
    private static final class PythonJson implements Filter {
        private static final DefaultPrettyPrinter PRINTER = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                        .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEntrySpacing(Separators.Spacing.AFTER)
                        .withArrayValueSpacing(Separators.Spacing.AFTER)
                        .withObjectEmptySeparator("")
                        .withArrayEmptySeparator(""))
                .withObjectIndenter(new DefaultPrettyPrinter.NopIndenter())
                .withArrayIndenter(new DefaultPrettyPrinter.NopIndenter());

        @Override
        public Object filter(Object value, JinjavaInterpreter interpreter, String... arguments) {
            try {
                return new ObjectMapper().writer(PRINTER).writeValueAsString(value);
            } catch (JsonProcessingException impossible) {
                throw new IllegalStateException("tojson: " + impossible.getMessage());
            }
        }

        @Override
        public String getName() {
            return "tojson";
        }
    }

    /**
     * The text that the tokenizer gets.
     *
     * @throws ConfigurationException naming file, line and reason if the template does not admit the conversation
     */
    @Override
    public String render(Prompt prompt) {
        return render(messages(prompt), true) + prompt.prefix();
    }

    /** What the template writes for the answer behind the generation prompt, without blanks at its end. */
    @Override
    public String answer(String content) {
        List<Map<String, Object>> turns = messages(Prompt.of("x"));
        String before = render(turns, true);
        turns.add(turn("assistant", content));
        String whole = render(turns, false);
        if (!whole.startsWith(before)) {
            throw new ConfigurationException(
                    place + ": the template writes an answer in another way than it asks for one;"
                            + " it cannot be trained with");
        }
        return whole.substring(before.length()).stripTrailing();
    }

    private static List<Map<String, Object>> messages(Prompt prompt) {
        List<Map<String, Object>> messages = new ArrayList<>();
        prompt.turns().forEach(one -> messages.add(turn(one.role().name().toLowerCase(Locale.ROOT), one.content())));
        return messages;
    }

    private static Map<String, Object> turn(String role, String content) {
        Map<String, Object> turn = new LinkedHashMap<>(); // tojson shows the order
        turn.put("role", role);
        turn.put("content", content);
        return turn;
    }

    private String render(List<Map<String, Object>> messages, boolean generationPrompt) {
        Map<String, Object> variables = new HashMap<>(given);
        variables.put("messages", messages);
        variables.put("add_generation_prompt", generationPrompt);
        variables.put("tools", null);
        variables.put("documents", null);
        CALLED.forEach(name -> variables.put(name, name));
        RenderResult result = ENGINE.renderForResult(template, variables);
        for (TemplateError error : result.getErrors()) {
            Throwable cause = error.getException();
            while (cause != null && cause.getCause() != null && !(cause instanceof IllegalStateException)) {
                cause = cause.getCause();
            }
            String reason = cause instanceof IllegalStateException ? cause.getMessage() : error.getMessage();
            throw new ConfigurationException(place + ", line " + error.getLineno() + ": " + reason);
        }
        return result.getOutput();
    }
}
