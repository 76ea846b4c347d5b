package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.backbone.MaskPredictor;
import io.maskflow.experiments.conformance.JsonGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Golden decodings of one published sampler with one model: a file with {@code model} and {@code cases}. */
abstract class SamplerConformance extends JsonGroup {

    private final Function<Path, MaskPredictor> backbones;

    /**
     * @param name the file below the fixtures folder, without extension
     * @param backbones opens a model folder
     */
    SamplerConformance(String name, Function<Path, MaskPredictor> backbones) {
        super(name);
        this.backbones = backbones;
    }

    /**
     * Decodes one golden case anew.
     *
     * @param number its place in the file, from 0
     * @param golden the case
     * @param backbone open
     * @return a result for each way to decode it
     */
    abstract List<CaseResult> compare(int number, JsonNode golden, MaskPredictor backbone);

    @Override
    protected final List<CaseResult> run(JsonNode root, Path fixtures) {
        List<CaseResult> results = new ArrayList<>();
        Path folder = fixtures.resolve("models").resolve(root.get("model").textValue());
        try (MaskPredictor backbone = backbones.apply(folder)) {
            int number = 0;
            for (JsonNode golden : root.get("cases")) {
                results.addAll(compare(number++, golden, backbone));
            }
        }
        return results;
    }
}
