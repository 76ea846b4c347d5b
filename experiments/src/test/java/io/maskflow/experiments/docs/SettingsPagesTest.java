package io.maskflow.experiments.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.PretrainConfig;
import io.maskflow.experiments.ablation.AblateConfig;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.evaluation.EvaluateConfig;
import io.maskflow.experiments.training.filter.FilterConfig;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code docs/SETTINGS.md} and {@code configs/schema/} are what the records say, and every file names its schema. */
class SettingsPagesTest {

    private static final Path ROOT = Repository.root();

    private static Map<String, Class<?>> roots() {
        Map<String, Class<?>> roots = new LinkedHashMap<>();
        roots.put("train", TrainConfig.class);
        roots.put("evaluate", EvaluateConfig.class);
        roots.put("ablate", AblateConfig.class);
        roots.put("filter", FilterConfig.class);
        roots.put("align", AlignConfig.class);
        roots.put("pretrain", PretrainConfig.class);
        return roots;
    }

    private static void isUpToDate(Path file, String text) throws IOException {
        if ("write".equals(System.getProperty("maskflow.docs"))) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        }
        assertThat(file).as("make it again with -Dmaskflow.docs=write").hasContent(text);
    }

    @Test
    void thePageAndTheSchemasAreWhatTheRecordsSay() throws IOException {
        SettingsPages pages = new SettingsPages();
        isUpToDate(ROOT.resolve("docs/SETTINGS.md"), pages.page(roots()));
        for (Map.Entry<String, Class<?>> root : roots().entrySet()) {
            isUpToDate(ROOT.resolve("configs/schema").resolve(root.getKey() + ".json"), pages.schema(root.getValue()));
        }
    }

    @Test
    void everySettingIsExplained() throws IOException {
        List<String> silent = new ArrayList<>();
        for (String root : roots().keySet()) {
            JsonNode schema = new ObjectMapper()
                    .readTree(ROOT.resolve("configs/schema/" + root + ".json").toFile());
            schema.get("$defs").properties().forEach(part -> part.getValue()
                    .path("properties")
                    .properties()
                    .forEach(setting -> {
                        boolean type = setting.getValue().has("const");
                        if (!type
                                && setting.getValue()
                                        .path("description")
                                        .asText()
                                        .isBlank()) {
                            silent.add(part.getKey() + "." + setting.getKey());
                        }
                    }));
        }
        assertThat(silent).isEmpty();
    }

    @Test
    void everyShippedFileNamesItsSchemaAndHasItsKeysOnly() throws IOException {
        for (Path file : ConfigurationsTest.files()) {
            Path whole = ROOT.resolve("configs").resolve(file);
            String first = Repository.text(whole).lines().findFirst().orElseThrow();
            assertThat(first).as(file.toString()).startsWith("# yaml-language-server: $schema=");
            Path schema = whole.resolveSibling(first.substring(first.indexOf('=') + 1))
                    .normalize();
            assertThat(schema).exists();
            JsonNode definitions = new ObjectMapper().readTree(schema.toFile());
            String root = definitions.get("$ref").asText().substring("#/$defs/".length());
            JsonNode known = definitions.at("/$defs/" + root + "/properties");
            new YAMLMapper().readTree(whole.toFile()).fieldNames().forEachRemaining(key -> assertThat(known.has(key))
                    .as(file + ": " + key)
                    .isTrue());
        }
    }

    @Test
    void initWritesSettingsThatLoad(@TempDir Path folder) throws IOException, InterruptedException {
        Path file = folder.resolve("mine.yaml");
        ProcessBuilder init = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "io.maskflow.experiments.cli.Main",
                "init",
                "train",
                file.toString());
        init.environment().put("MASKFLOW_HOME", ROOT.toString());
        assertThat(init.redirectErrorStream(true).start().waitFor()).isZero();
        assertThat(ConfigFiles.load(file, List.of(), TrainConfig.class).value())
                .isEqualTo(ConfigFiles.load(ROOT.resolve("configs/train/quickstart.yaml"), List.of(), TrainConfig.class)
                        .value());
    }
}
