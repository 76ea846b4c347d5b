package io.maskflow.experiments.problems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.reward.problem.prompt.ChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Year;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Chat templates give what transformers gives: {@code chat-templates/expected.json} says how it was made. */
class JinjaChatTemplateTest {

    private static final JsonNode EXPECTED = json("expected.json");

    @TempDir
    Path folder;

    private static Path resource(String name) {
        try {
            return Path.of(JinjaChatTemplateTest.class
                    .getResource("/chat-templates/" + name)
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static JsonNode json(String name) {
        try {
            return new ObjectMapper().readTree(resource(name).toFile());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static Stream<JsonNode> cases() {
        List<JsonNode> all = new ArrayList<>();
        EXPECTED.get("cases").forEach(all::add);
        return all.stream();
    }

    private static Prompt conversation(String name) {
        List<Prompt.Turn> turns = new ArrayList<>();
        EXPECTED.get("conversations")
                .get(name)
                .forEach(turn -> turns.add(new Prompt.Turn(
                        Prompt.Role.valueOf(turn.get("role").asText().toUpperCase(Locale.ROOT)),
                        turn.get("content").asText())));
        return new Prompt(turns, "");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aTemplateGivesWhatTransformersGives(JsonNode expected) throws IOException {
        Map<String, Object> given = new HashMap<>(Map.of("bos_token", "<s>", "eos_token", "</s>"));
        expected.get("extra")
                .properties()
                .forEach(one -> given.put(one.getKey(), one.getValue().asBoolean()));
        String text = Files.readString(resource(expected.get("template").asText() + ".jinja"));
        ChatTemplate template = new JinjaChatTemplate(text, given, "here");
        Prompt prompt = conversation(expected.get("conversation").asText());
        if (expected.get("error").isNull()) {
            assertThat(template.render(prompt)).isEqualTo(expected.get("text").asText());
        } else {
            assertThatThrownBy(() -> template.render(prompt))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining(
                            "here, line 1: " + expected.get("error").asText());
        }
    }

    private static String rendered(String template, String user) {
        return new JinjaChatTemplate(template, Map.of("bos_token", "<s>"), "here").render(Prompt.of(user));
    }

    @Test
    void whatAUserSaysIsNoTemplate() {
        assertThat(rendered("{{ messages[0].content }}", "{{ 1 + 1 }} {% if x %} {# c #}"))
                .isEqualTo("{{ 1 + 1 }} {% if x %} {# c #}");
    }

    @Test
    void aTextInATagIsNoCall() {
        assertThat(rendered(
                        "{{ 'f(a=1 + 2, b=n - 1) ' ~ \"g(x=y|z)\" }}{% macro m(a, b) %}{{ a ~ b }}{% endmacro %}"
                                + "{{ m('(q=1 + 1)', b=messages|length + 1) }}",
                        "x"))
                .isEqualTo("f(a=1 + 2, b=n - 1) g(x=y|z)(q=1 + 1)2");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{% if messages %}x ; line 1",
                "{{ messages ; line 1: the tag {{ has no end",
                "a\\n\\n{{ raise_exception('no ' ~ messages[0].role) }} ; line 3: no user",
                "a\\n{% for m in messages %}\\n{{ m.content.zfill(3) }}{% endfor %} ; line 3",
                "{%- if messages -%}\\n\\n {{- messages | unknown_filter }}{% endif %} ; line 3",
                "{% unknown_tag %} ; line 1",
                "a\\n{% for m in messages %}{% if m %}x{% else %}y{% endif %}{% else %}z{% endfor %} ; line 2: else of a for loop",
                "{% raw %}{{ x }}{% endraw %} ; line 1: raw cannot be rendered here",
            })
    void whatCannotBeRenderedIsRefusedByLine(String template, String message) {
        assertThatThrownBy(() -> rendered(template.replace("\\n", "\n"), "hi"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("here, ")
                .hasMessageContaining(message);
    }

    /** The right sides are transformers' (5.18.0, jinja2 3.1.6), for one user's "hi you" and no tools. */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            quoteCharacter = '^',
            value = {
                "{{ true }} {{ false }} {{ none }} {{ tools }} {{ other }} {{ add_generation_prompt }} ; True False None None  True",
                "{{ messages }} ; [{'role': 'user', 'content': 'hi you'}]",
                "{{ [1, true, none, \"it's\", 1.5] }} {{ (1, 'a') }} ; [1, True, None, \"it's\", 1.5] (1, 'a')",
                "{{ ['tab\\there', 'q\"x', 'both\\'\"'] }} ; ['tab\\there', 'q\"x', 'both\\'\"']",
                "{{ {'a': [1], 'b': {'c': false}} }} ; {'a': [1], 'b': {'c': False}}",
                "{{ 'x' ~ true ~ [1] ~ 1 }} ; xTrue[1]1",
                "{{ 'a' and 'b' }}|{{ '' and 'b' }}|{{ 0 and 'b' }}|{{ [] and 1 }}|{{ 1 and 2 }} ; b||0|[]|2",
                "{{ 'a' and true and 'c' }}|{{ 'a' and none or 'd' }}|{{ not ('a' and 'b') }} ; c|d|False",
                "{% set x = messages and messages[0].role %}{% set y = tools and tools|length %}{{ x }}{{ y }} ; userNone",
                "{% if (messages and messages[0].role) == 'user' %}u{% endif %} ; u",
                "{{ not messages }}{{ messages|length > 1 }}{{ 'a' in 'abc' }}{{ x is defined }} ; FalseFalseTrueFalse",
                "{% macro m(a, b=none) %}{{ a }}-{{ b }}{% endmacro %}{{ m(true) }}{{ m('x' and 'y', [1]) }} ; True-Noney-[1]",
                "{% set n = namespace(f=false) %}{% for m in messages %}{% set n.f = m.role == 'user' %}{% endfor %}{{ n.f }} ; True",
                "{{ 'a' == true }}{{ 1 == '1' }}{{ 'true' != true }}{{ 1 == 1.0 }} ; FalseFalseTrueTrue",
                "{{ messages|map(attribute='role')|list }}{{ messages[0].items()|list }} ; ['user'][('role', 'user'), ('content', 'hi you')]",
                "{{ [true, 'a']|join('-') }}{{ [true]|string }}{{ 'ab'|list }}{{ messages[0].content.split() }} ; True-a[True]['a', 'b']['hi', 'you']",
            })
    void valuesAreThoseOfPython(String template, String text) {
        assertThat(rendered(template, "hi you")).isEqualTo(text);
    }

    @Test
    void todayIsKnown() {
        assertThat(rendered("{{ strftime_now('%Y') }}", "x"))
                .isEqualTo(Year.now().toString());
    }

    /** Llama 3.1 falls back to a date of its own where there is no clock. */
    @Test
    void whatMayBeCalledIsDefined() {
        assertThat(rendered(
                        "{% if strftime_now is defined %}{% set d = strftime_now('%Y') %}{% else %}{% set d = 'old' %}{% endif %}"
                                + "{{ d }}{{ raise_exception is defined }}{{ other is defined }}",
                        "x"))
                .isEqualTo(Year.now() + "TrueFalse");
    }

    private ChatTemplate written(String template, String begin) throws IOException {
        Files.copy(resource(template + ".jinja"), folder.resolve("chat_template.jinja"));
        Files.writeString(folder.resolve("tokenizer_config.json"), "{\"bos_token\": {\"content\": \"" + begin + "\"}}");
        return FolderChatTemplate.of(folder, "data.chat");
    }

    @Test
    void anAnswerIsWhatTheTemplateWritesBehindItsPrompt() throws IOException {
        assertThat(written("tools", "").answer("x = 1\n")).isEqualTo("x = 1\n<|im_end|>");
    }

    /** GUIDELINES.md of ML-GSAI/LLaDA: nothing but end tokens follows an answer. */
    @Test
    void lladasAnswersHaveNoEndOfTurn() throws IOException {
        ChatTemplate llada = written("headers", "<|startoftext|>");
        assertThat(llada.answer(" x = 1\n")).isEqualTo("x = 1");
        assertThat(llada.render(new Prompt(Prompt.of("q").turns(), "a:")))
                .isEqualTo("<|startoftext|><|start_header_id|>user<|end_header_id|>\n\nq<|eot_id|>"
                        + "<|start_header_id|>assistant<|end_header_id|>\n\na:");
    }

    @Test
    void theDefaultOfSeveralTemplatesIsTaken() throws IOException {
        Files.writeString(
                folder.resolve("tokenizer_config.json"),
                "{\"chat_template\": [{\"name\": \"tool_use\", \"template\": \"no\"},"
                        + " {\"name\": \"default\", \"template\": \"[{{ messages[0].content }}]{{ eos_token }}\"}],"
                        + " \"eos_token\": \"</s>\"}");
        assertThat(FolderChatTemplate.of(folder, "prompt.chat").render(Prompt.of("q")))
                .isEqualTo("[q]</s>");
    }
}
