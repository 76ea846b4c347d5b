package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.SettingComponents;
import io.maskflow.experiments.decoding.DecoderChoice;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code docs/DECODERS.md} has every decoder with every key, and its examples are settings. */
class DecodersPageTest {

    private static String page() throws IOException {
        return Files.readString(Repository.root().resolve("docs/DECODERS.md"));
    }

    static Stream<JsonSubTypes.Type> types() {
        return Arrays.stream(
                DecoderChoice.class.getAnnotation(JsonSubTypes.class).value());
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyKeyOfEveryDecoderIsExplained(JsonSubTypes.Type type) throws IOException {
        String[] rest = page().split("\n## " + type.name() + "\n", 2);
        assertThat(rest).as("a section of " + type.name()).hasSize(2);
        String section = rest[1].split("\n## ", 2)[0];
        assertThat(section).contains("type: " + type.name());
        for (RecordComponent key : SettingComponents.of(type.value())) {
            if (!List.of("backbone", "budgets").contains(key.getName())) {
                assertThat(section).contains("`" + key.getName() + "`");
            }
        }
    }

    @Test
    void everyExampleIsASetting() throws IOException {
        Map<String, String> examples = Arrays.stream(page().split("```yaml\n"))
                .skip(1)
                .flatMap(block -> block.split("```")[0].lines())
                .collect(Collectors.toMap(
                        line -> line.split(":", 2)[0], line -> line.split(":", 2)[1].trim(), (a, b) -> b));
        assertThat(examples).hasSizeGreaterThan(8);
        examples.values().forEach(yaml -> assertThat(ConfigFiles.option("decoder", yaml, DecoderChoice.class))
                .isNotNull());
    }
}
