package io.maskflow.experiments.export;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.config.ConfigurationException;
import io.maskflow.policy.PriceRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** README of an exported folder, made from the run. */
public final class ExportReadme {

    private static final ObjectMapper JSON = new ObjectMapper();

    private ExportReadme() {}

    /**
     * Writes the text.
     *
     * @param exported what is exported
     * @param training how the policy was made, a sentence or two
     * @param summary {@code summary.json} of the run, if it has one
     */
    public static String of(Exported exported, String training, Optional<Path> summary) {
        PriceRange prices = exported.policy().shape().prices();
        String price = prices.none() ? "" : String.format(Locale.ROOT, ", price=%.2g", prices.at(0.5));
        StringBuilder text = new StringBuilder();
        text.append("# A decoding policy for masked diffusion language models\n\n")
                .append(
                        "It says how far each token moves in each step of an x-prediction flow (arXiv 2606.29066). The base model"
                                + " is frozen and not in this folder.\n\n")
                .append("| | |\n| --- | --- |\n")
                .append("| base model | ")
                .append(exported.backbone())
                .append(" (")
                .append(exported.info().family())
                .append(") |\n")
                .append("| training | ")
                .append(training)
                .append(" |\n")
                .append("| response length, budget | ")
                .append(exported.responseLength())
                .append(", ")
                .append(exported.budget())
                .append(" where a call says nothing else |\n")
                .append("| policy sees | ")
                .append(String.join(", ", exported.policy().shape().state().labels()))
                .append(" |\n");
        if (!prices.none()) {
            text.append("| price of a model call (the dial) | ")
                    .append(prices.low())
                    .append(" to ")
                    .append(prices.high())
                    .append(" |\n");
        }
        text.append(
                "\n## Use it\nPlain Python, with torch, safetensors and tokenizers. FOLDER is this folder, CHECKPOINT that of the base model"
                        + (exported.backbone().startsWith("builtin")
                                ? " (of a built-in one, `flow-decoder/src/main/resources/" + exported.backbone()
                                        + "` of maskflow's sources)"
                                : "")
                        + ". `examples/plain_model.py` runs small LLaDA and Dream folders; for others take the model class of the"
                        + " checkpoint:\n\n```python\n"
                        + "import sys; sys.path[:0] = [\"FOLDER\", \"FOLDER/examples\"]\n"
                        + "import tokenizers, torch\n"
                        + "from maskflow_decode import generate\n"
                        + "from plain_model import PlainModel\n"
                        + "model, tokenizer = PlainModel(\"CHECKPOINT\"), tokenizers.Tokenizer.from_file(\"CHECKPOINT/tokenizer.json\")\n"
                        + "prompt = torch.tensor([tokenizer.encode(\"Write a function to ...\\n\").ids])\n"
                        + "answer = generate(model, prompt, \"FOLDER\", max_new_tokens="
                        + exported.responseLength() + ", budget=\"" + exported.budget() + "\"" + price + ")\n"
                        + "print(tokenizer.decode(answer.sequences[0, prompt.shape[1]:][: answer.texts_end[0]].tolist()))\n"
                        + "```\n\nThrough transformers, prompts of one length at a time:\n\n```python\n"
                        + "out = model.generate(input_ids, custom_generate=\"FOLDER\", trust_remote_code=True, policy=\"FOLDER\", max_new_tokens="
                        + exported.responseLength() + ", budget=\"" + exported.budget() + "\"" + price + ")\n```\n\n"
                        + "The text is the one of `./maskflow generate` with the same prompt, decoder and price, as long as no two tokens and no"
                        + " two positions are equally sure to about the sixth digit: PyTorch of another version or processor sums in another"
                        + " order, and at such a tie may decide otherwise.\n\n"
                        + "`maskflow.json` holds every switch that the policy was trained with. `examples/` has adapters for SGLang and dInfer;"
                        + " each says which version it was written against, and that no GPU has run it.\n");
        summary.ifPresent(file -> text.append(scores(file)));
        return text.toString();
    }

    private static String scores(Path file) {
        if (!Files.isRegularFile(file)) {
            return "";
        }
        try {
            JsonNode root = JSON.readTree(file.toFile());
            StringBuilder text = new StringBuilder(
                    "\n## Scores\nOf the run's closing evaluation; intervals are 95 % (Wilson).\n\n"
                            + "| decoder | budget | n | pass@1 | interval | model calls |\n| --- | --- | --- | --- | --- | --- |\n");
            for (JsonNode row : root.path("rows")) {
                JsonNode interval = row.path("wilson");
                text.append(String.format(
                                Locale.ROOT,
                                "| %s | %s | %d | %.3f | %s | %.2f |%n",
                                row.path("decoder").asText(),
                                row.path("budget").asText(),
                                row.path("n").asInt(),
                                row.path("pass_at_1").asDouble(),
                                interval.isObject()
                                        ? String.format(
                                                Locale.ROOT,
                                                "%.3f to %.3f",
                                                interval.path("low").asDouble(),
                                                interval.path("high").asDouble())
                                        : "",
                                row.path("nfe_mean").asDouble())
                        .replace("\r", ""));
            }
            JsonNode curves = root.path("curves");
            if (curves.size() > 0) {
                text.append(
                        "\n## Curve\nWhat the dial does: calls against pass@1.\n\n| decoder | dial | model calls | pass@1 |\n"
                                + "| --- | --- | --- | --- |\n");
                curves.forEach(curve -> curve.path("points")
                        .forEach(point -> text.append(String.format(
                                        Locale.ROOT,
                                        "| %s | %s | %.2f | %.3f |%n",
                                        curve.path("decoder").asText() + " @ "
                                                + curve.path("budget").asText(),
                                        point.path("dial").asText(),
                                        point.path("nfe_mean").asDouble(),
                                        point.path("pass_at_1").asDouble())
                                .replace("\r", ""))));
            }
            return text.toString();
        } catch (IOException e) {
            throw new ConfigurationException(file + " cannot be read: " + e.getMessage(), e);
        }
    }
}
