package io.maskflow.experiments.serving;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Requests that must be refused: broken JSON, wrong types, numbers out of range, bytes that are no text, and long ones. */
final class BadRequests {

    private static final String COMPLETIONS = "/v1/completions";
    private static final String CHAT = "/v1/chat/completions";

    record Bad(String name, String path, byte[] body) {}

    private final List<Bad> all = new ArrayList<>();

    private BadRequests() {}

    static List<Bad> all(int maxBody) {
        BadRequests made = new BadRequests();
        made.brokenJson();
        made.wrongTypes();
        made.numbers();
        made.prompts();
        made.chats();
        made.whatCannotBeServed();
        made.bytes(maxBody);
        return made.all;
    }

    private void add(String path, String body) {
        add(path, body.getBytes(StandardCharsets.UTF_8), body);
    }

    private void add(String path, byte[] body, String name) {
        all.add(new Bad(all.size() + ": " + (name.length() > 80 ? name.substring(0, 80) : name), path, body));
    }

    private void brokenJson() {
        for (String body : List.of(
                "",
                " ",
                "{",
                "}",
                "[",
                "[]",
                "null",
                "1",
                "\"x\"",
                "true",
                "nonsense",
                "{\"prompt\"}",
                "{\"prompt\":}",
                "{\"prompt\":\"x\"",
                "{\"prompt\":\"x\"} x",
                "{'prompt':'x'}",
                "{\"prompt\":\"x\",}",
                "{\"prompt\":\"\\x\"}",
                "{\"prompt\":\"x\n\"}",
                "{\"prompt\":NaN}",
                "{\"prompt\":\"x\",\"prompt\":\"y\"}",
                "{\"prompt\":\"x\",\"seed\":01}",
                "[".repeat(5000),
                "{\"prompt\":" + "[".repeat(500),
                "<xml/>",
                "prompt=x&max_tokens=3")) {
            add(COMPLETIONS, body);
            add(CHAT, body);
        }
    }

    private void wrongTypes() {
        List<String> values = List.of("\"x\"", "[]", "{}", "true", "1.5", "[1]");
        for (String field : List.of("max_tokens", "n", "seed")) {
            values.forEach(value -> add(COMPLETIONS, "{\"prompt\":\"x\",\"" + field + "\":" + value + "}"));
        }
        for (String field : List.of("temperature", "top_p", "price")) {
            List.of("\"x\"", "[]", "{}", "true")
                    .forEach(value -> add(COMPLETIONS, "{\"prompt\":\"x\",\"" + field + "\":" + value + "}"));
        }
        for (String field : List.of("stream", "echo", "trace")) {
            List.of("\"true\"", "1", "[]", "{}")
                    .forEach(value -> add(COMPLETIONS, "{\"prompt\":\"x\",\"" + field + "\":" + value + "}"));
        }
        for (String value :
                List.of("1", "{}", "true", "[1]", "[\"\"]", "\"\"", "[\"a\",\"b\",\"c\",\"d\",\"e\"]", "[[\"a\"]]")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"stop\":" + value + "}");
        }
        for (String value : List.of("1", "[]", "{}", "\"gpt-4\"", "\"../../etc/passwd\"")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"model\":" + value + "}");
        }
        for (String value : List.of(
                "0.25", "\"x\"", "\"1/0\"", "\"-1/4\"", "\"1/4/4\"", "0", "-1", "[]", "\"99999999999/1\"", "true")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"budget\":" + value + "}");
        }
        add(COMPLETIONS, "{\"prompt\":\"x\",\"stream\":true,\"stream_options\":1}");
    }

    private void numbers() {
        for (String value : List.of(
                "0",
                "-1",
                "-9999999999",
                "161",
                "1e3",
                "1e400",
                "99999999999999999999",
                "9".repeat(39),
                "9".repeat(5000))) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"max_tokens\":" + value + "}");
        }
        for (String value : List.of("0", "-3", "17", "1000000")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"n\":" + value + "}");
        }
        for (String value : List.of("99999999999999999999", "0.5", "-99999999999999999999")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"seed\":" + value + "}");
        }
        for (String value : List.of("-0.1", "2.1", "1e308", "-1")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"temperature\":" + value + "}");
        }
        for (String value : List.of("-0.1", "0", "1.1", "1e9")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"top_p\":" + value + "}");
        }
        for (String value : List.of("0", "-1", "0.5", "1e400")) {
            add(COMPLETIONS, "{\"prompt\":\"x\",\"price\":" + value + "}");
        }
        add(COMPLETIONS, "{\"prompt\":\"x\",\"temperature\":0.5}"); // the flow draws no tokens
        add(COMPLETIONS, "{\"prompt\":\"x\",\"model\":\"mask-prediction\",\"temperature\":0.5,\"top_p\":0.5}");
        add(COMPLETIONS, "{\"prompt\":\"x\",\"n\":2,\"best_of\":3}");
        add(
                CHAT,
                "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":3,\"max_completion_tokens\":4}");
    }

    private void prompts() {
        for (String value : List.of(
                "1",
                "true",
                "{}",
                "[]",
                "[[]",
                "[true]",
                "[null]",
                "[-1]",
                "[640]",
                "[1.5]",
                "[1,\"x\"]",
                "[[1],2]",
                "[[1,-1]]",
                "[\"x\",1]",
                "[\"x\",{}]",
                "[99999999999999]",
                "\"\\ud800\"",
                "[\"\\udfff x\"]",
                "null")) {
            add(COMPLETIONS, "{\"prompt\":" + value + "}");
        }
        add(COMPLETIONS, "{}");
        add(COMPLETIONS, "{\"prompts\":\"x\"}");
        add(COMPLETIONS, "{\"prompt\":\"" + "a long text ".repeat(500) + "\"}");
        add(COMPLETIONS, "{\"prompt\":[" + "1,".repeat(200) + "1]}");
        add(COMPLETIONS, "{\"prompt\":[" + "\"x\",".repeat(64) + "\"x\"]}");
        add(COMPLETIONS, "{\"prompt\":[" + "\"x\",".repeat(20) + "\"x\"],\"n\":16}");
    }

    private void chats() {
        for (String value : List.of(
                "1",
                "\"x\"",
                "{}",
                "[]",
                "[1]",
                "[\"x\"]",
                "[{}]",
                "[{\"role\":\"user\"}]",
                "[{\"content\":\"x\"}]",
                "[{\"role\":\"robot\",\"content\":\"x\"}]",
                "[{\"role\":\"user\",\"content\":1}]",
                "[{\"role\":\"user\",\"content\":null}]",
                "[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\"}]}]",
                "[{\"role\":\"user\",\"content\":[1]}]",
                "[{\"role\":\"assistant\",\"content\":\"x\"}]",
                "[{\"role\":1,\"content\":\"x\"}]",
                "[{\"role\":\"user\",\"content\":\"x\"},{\"role\":\"user\",\"content\":\"y\"}]",
                "null")) {
            add(CHAT, "{\"messages\":" + value + "}");
        }
        add(CHAT, "{\"prompt\":\"x\"}");
    }

    private void whatCannotBeServed() {
        String ask = "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],";
        for (String more : List.of(
                "\"tools\":[{}]}",
                "\"functions\":[{}]}",
                "\"tool_choice\":\"required\"}",
                "\"logprobs\":true}",
                "\"top_logprobs\":3}",
                "\"logit_bias\":{\"1\":5}}",
                "\"presence_penalty\":1}",
                "\"frequency_penalty\":-1}",
                "\"response_format\":{\"type\":\"json_object\"}}",
                "\"modalities\":[\"audio\"]}",
                "\"unknown\":1}",
                "\"function_call\":{\"name\":\"x\"}}",
                "\"tools\":\"x\"}")) {
            add(CHAT, ask + more);
        }
        for (String more : List.of(
                "\"logprobs\":0}",
                "\"logprobs\":5}",
                "\"echo\":true,\"logprobs\":1}",
                "\"suffix\":\"x\"}",
                "\"logit_bias\":{\"1\":5}}",
                "\"presence_penalty\":3}",
                "\"max_token\":3}",
                "\"temprature\":0}")) {
            add(COMPLETIONS, "{\"prompt\":\"x\"," + more);
        }
    }

    private void bytes(int maxBody) {
        byte[] invalid = "{\"prompt\":\"xx\"}".getBytes(StandardCharsets.UTF_8);
        for (int[] pair : new int[][] {{0xff, 0xfe}, {0xc0, 0xaf}, {0xed, 0xa0}, {0x80, 0x41}, {0xf8, 0x88}}) {
            byte[] body = invalid.clone();
            body[11] = (byte) pair[0];
            body[12] = (byte) pair[1];
            add(COMPLETIONS, body, "bytes that are no text");
        }
        add(COMPLETIONS, new byte[200], "zero bytes");
        add(COMPLETIONS, "{\"prompt\":\"x\"}".getBytes(StandardCharsets.UTF_16), "UTF-16");
        add(COMPLETIONS, "{\"prompt\":\"" + "x".repeat(maxBody) + "\"}");
    }
}
