package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.TokenIds;
import io.maskflow.decoder.tokenizer.Tokenizer;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.experiments.problems.FolderChatTemplate;
import io.maskflow.reward.problem.prompt.Prompt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** {@code tokenizers/MODEL}: texts to ids, chats to texts to ids, and the ids of mask, end and padding, equal. */
public final class TokenizerConformance implements ConformanceGroup {

    private final String model;

    private TokenizerConformance(String model) {
        this.model = model;
    }

    /** A group for each model of the folder. */
    public static List<ConformanceGroup> groups(Path fixtures) {
        Path folder = fixtures.resolve("tokenizers");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(".json"))
                    .sorted()
                    .<ConformanceGroup>map(
                            file -> new TokenizerConformance(file.substring(0, file.length() - ".json".length())))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Override
    public String name() {
        return "tokenizers/" + model;
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path folder = fixtures.resolve("models").resolve(model);
        List<CaseResult> results = new ArrayList<>();
        try (Tokenizer tokenizer = Tokenizer.open(folder)) {
            JsonNode golden = new ObjectMapper()
                    .readTree(fixtures.resolve(name() + ".json").toFile());
            results.add(ids(golden, folder));
            int number = 0;
            for (JsonNode text : golden.get("encode")) {
                Comparison comparison = new Comparison();
                encoded(comparison, tokenizer, text);
                results.add(comparison.result("encode-" + number++));
            }
            number = 0;
            for (JsonNode chat : golden.get("chat")) {
                Comparison comparison = new Comparison();
                comparison.same("text", chat.get("text").textValue(), rendered(folder, chat));
                encoded(comparison, tokenizer, chat);
                results.add(comparison.result("chat-" + number++));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return results;
    }

    private static CaseResult ids(JsonNode golden, Path folder) {
        BackboneInfo info = Backbones.describe(folder);
        TokenIds found = Backbones.tokens(folder, BackboneOverrides.NONE).orElseThrow();
        Comparison comparison = new Comparison();
        comparison.same("mask", golden.get("mask_token_id").intValue(), info.maskId());
        comparison.same("end", golden.get("eos_token_id").intValue(), found.end());
        comparison.same("padding", golden.get("pad_token_id").intValue(), info.padId());
        return comparison.result("ids");
    }

    private static void encoded(Comparison comparison, Tokenizer tokenizer, JsonNode text) {
        comparison.same(
                "ids",
                Arrays.toString(Comparison.ints(text.get("ids"))),
                Arrays.toString(tokenizer.encode(text.get("text").textValue())));
    }

    private static String rendered(Path folder, JsonNode chat) {
        List<Prompt.Turn> turns = new ArrayList<>();
        for (JsonNode message : chat.get("messages")) {
            Prompt.Role role =
                    Prompt.Role.valueOf(message.get("role").textValue().toUpperCase(Locale.ROOT));
            turns.add(new Prompt.Turn(role, message.get("content").textValue()));
        }
        Map<String, Object> variables = chat.path("enable_thinking").isBoolean()
                ? Map.of("enable_thinking", chat.get("enable_thinking").booleanValue())
                : Map.of();
        return FolderChatTemplate.of(folder, "chat", variables).render(new Prompt(turns, ""));
    }
}
