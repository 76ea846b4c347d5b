package io.maskflow.experiments.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.policy.PolicyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The folder that {@code export} writes: {@code policy.safetensors}, {@code maskflow.json}, {@code maskflow_decode.py}, {@code
 * custom_generate/}, {@code examples/} and a README. It needs nothing of maskflow any more.
 */
public final class ExportFolder {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Map<String, String> FILES = new LinkedHashMap<>();

    static {
        FILES.put("maskflow_decode.py", "maskflow_decode.py");
        FILES.put("custom_generate/generate.py", "custom_generate.py");
        FILES.put("custom_generate/maskflow_decode.py", "maskflow_decode.py");
        FILES.put("examples/plain_model.py", "examples/plain_model.py");
        FILES.put("examples/sglang_flow.py", "examples/sglang_flow.py");
        FILES.put("examples/dinfer_flow.py", "examples/dinfer_flow.py");
    }

    private ExportFolder() {}

    /**
     * Writes the folder.
     *
     * @param folder new or empty
     * @param exported what is exported
     * @param readme text of {@code README.md}
     * @throws ConfigurationException if there is something already, or it cannot be written
     */
    public static void write(Path folder, Exported exported, String readme) {
        try {
            if (Files.exists(folder) && !empty(folder)) {
                throw new ConfigurationException("--to must name a new or empty folder, was " + folder);
            }
            for (Map.Entry<String, String> file : FILES.entrySet()) {
                Path to = folder.resolve(file.getKey());
                Files.createDirectories(to.getParent());
                Files.writeString(to, resource(file.getValue()));
            }
            PolicyFile.write(folder.resolve("policy.safetensors"), exported.policy());
            Files.writeString(
                    folder.resolve("maskflow.json"),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(exported.json()) + "\n");
            Files.writeString(folder.resolve("README.md"), readme);
        } catch (IOException unwritable) {
            throw new ConfigurationException(
                    "--to must name a folder that can be written, was " + folder + ": " + unwritable.getMessage(),
                    unwritable);
        }
    }

    private static boolean empty(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = ExportFolder.class.getResourceAsStream("/io/maskflow/experiments/export/" + name)) {
            if (in == null) {
                throw new IllegalStateException("no such resource: " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
