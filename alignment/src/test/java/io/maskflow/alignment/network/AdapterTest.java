package io.maskflow.alignment.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.JniUtils;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.alignment.AlignConfig;
import io.maskflow.alignment.Alignment;
import io.maskflow.alignment.loss.MaskedCrossEntropy;
import io.maskflow.alignment.loss.TrainingBatch;
import io.maskflow.alignment.loss.TrainingLoss;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.recipe.AdamW;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.alignment.recipe.CheckpointBlocks;
import io.maskflow.alignment.recipe.EndTokens;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.BackboneOptions.Precision;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.tensor.CheckpointException;
import io.maskflow.decoder.tensor.PeftAdapter;
import io.maskflow.decoder.tensor.SafetensorsFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AdapterTest {

    @TempDir
    Path folder;

    private Path base;

    @BeforeEach
    void aBase() throws Exception {
        base = folder.resolve("base");
        TinyModel.architecture(base, false, 1);
        try (TrainableBackbone backbone = TrainableBackbone.random(base, 3, Precision.F32)) {
            BackboneFolder.write(base, backbone, base);
        }
    }

    private TrainableBackbone open() {
        return TrainableBackbone.load(base, Precision.F32, XPredictionLoss.Gradient.CODEBOOK_DETACHED);
    }

    /** Values that are not those of the start, where B = 0 hides the gradient of A. */
    private static void stir(LowRankAdapter adapter) {
        Random random = new Random(5);
        adapter.tensors().forEach((name, tensor) -> {
            float[] values = tensor.toFloatArray();
            for (int i = 0; i < values.length; i++) {
                values[i] += (float) (0.3 * random.nextGaussian());
            }
            tensor.set(values);
        });
    }

    private static double loss(TrainableBackbone backbone, boolean differentiate) {
        TrainingBatch batch = TinyModel.batch(0);
        float[] weights = MaskedCrossEntropy.weights(batch, MaskedCrossEntropy.Reduction.MEAN_OVER_MASKED, Set.of(), 1);
        boolean recording = JniUtils.isGradMode();
        JniUtils.setGradMode(differentiate);
        try (NDManager scope = backbone.manager().newSubManager()) {
            TrainableBackbone.Batch uploaded = backbone.upload(scope, batch);
            TrainingLoss loss = TrainingLoss.of("masked_cross_entropy", uploaded.positions(scope, weights));
            NDArray one = scope.create(1f);
            return backbone.differentiate(scope, uploaded, loss, term -> {
                        if (differentiate) {
                            JniUtils.backward((PtNDArray) term, (PtNDArray) one, false, false);
                        }
                    })
                    .get(0)
                    .getFloat();
        } finally {
            JniUtils.setGradMode(recording);
        }
    }

    /** Central differences of the loss in single precision: about 1e-3 of the size of the gradient. */
    @ParameterizedTest
    @EnumSource(names = {"LORA", "DORA"})
    void gradientsAreThoseOfFiniteDifferences(AdapterConfig.Type type) {
        float h = 2e-2f;
        try (TrainableBackbone backbone = open()) {
            LowRankAdapter adapter = backbone.adapt(TinyModel.adapter(type), 1);
            stir(adapter);
            adapter.train();
            loss(backbone, true);
            adapter.tensors().forEach((name, tensor) -> {
                float[] gradient;
                try (NDManager scope = backbone.manager().newSubManager()) {
                    gradient = AdamW.gradient(scope, tensor).toFloatArray();
                }
                double largest = 0;
                for (float g : gradient) {
                    largest = Math.max(largest, Math.abs(g));
                }
                float[] values = tensor.toFloatArray();
                for (int i = 0; i < values.length; i += 1 + values.length / 4) {
                    double slope = (shifted(backbone, tensor, values, i, h) - shifted(backbone, tensor, values, i, -h))
                            / (2 * h);
                    assertThat(slope).as(name + " " + i).isCloseTo(gradient[i], within(2e-3 + 0.03 * largest));
                }
                assertThat(largest).as(name).isPositive();
            });
        }
    }

    private static double shifted(TrainableBackbone backbone, NDArray tensor, float[] values, int i, float by) {
        JniUtils.setGradMode(false);
        float[] moved = values.clone();
        moved[i] += by;
        tensor.set(moved);
        double loss = loss(backbone, false);
        tensor.set(values);
        return loss;
    }

    @ParameterizedTest
    @EnumSource(names = {"LORA", "DORA"})
    void theFirstAdapterChangesNothing(AdapterConfig.Type type) {
        try (TrainableBackbone plain = open();
                TrainableBackbone adapted = open()) {
            adapted.adapt(TinyModel.adapter(type), 1);
            assertThat(loss(adapted, false)).isCloseTo(loss(plain, false), within(1e-5));
        }
    }

    /** Three roads to the same logits: the training forward, the adapter loaded beside the base, the merged folder. */
    @ParameterizedTest
    @EnumSource(names = {"LORA", "DORA"})
    void aMergedFolderGivesTheAdaptersLogits(AdapterConfig.Type type) throws Exception {
        Path written = folder.resolve("adapter");
        TrainingBatch batch = TinyModel.batch(1);
        float[] training;
        try (TrainableBackbone backbone = open();
                NDManager scope = backbone.manager().newSubManager()) {
            LowRankAdapter adapter = backbone.adapt(TinyModel.adapter(type), 1);
            stir(adapter);
            adapter.write(written, base.toString());
            training = backbone.logits(scope, backbone.upload(scope, batch)).toFloatArray();
        }
        Path merged = folder.resolve("merged");
        BackboneFolder.merge(base, written, merged);
        int T = batch.inputIds()[0].length;
        int N = batch.responseLength();
        try (NetworkPredictor beside =
                        Backbones.open(base, Optional.of(written), BackboneOverrides.NONE, BackboneOptions.standard());
                NetworkPredictor whole = Backbones.open(merged, BackboneOptions.standard());
                NetworkPredictor plain = Backbones.open(base, BackboneOptions.standard())) {
            float[] one = beside.logits(batch.inputIds(), batch.visible());
            float[] two = whole.logits(batch.inputIds(), batch.visible());
            float[] before = plain.logits(batch.inputIds(), batch.visible());
            double moved = 0;
            for (int j = 0; j < training.length; j++) {
                int row = j / TinyModel.VOCABULARY;
                int at = (row / N * T + T - N + row % N) * TinyModel.VOCABULARY + j % TinyModel.VOCABULARY;
                assertThat(two[at]).isCloseTo(training[j], within(1e-4f));
                assertThat(one[at]).isCloseTo(training[j], within(1e-4f));
                moved = Math.max(moved, Math.abs(two[at] - before[at]));
            }
            assertThat(moved).isGreaterThan(0.1);
        }
    }

    /** As the PEFT library writes them: names, shapes and the fields that it reads back. */
    @Test
    void namesAndShapesArePefts() throws Exception {
        Path written = folder.resolve("adapter");
        try (TrainableBackbone backbone = open()) {
            backbone.adapt(TinyModel.adapter(AdapterConfig.Type.DORA), 1).write(written, base.toString());
        }
        SafetensorsFile file = SafetensorsFile.open(written.resolve("adapter_model.safetensors"));
        String q = "base_model.model.model.transformer.blocks.0.q_proj.";
        assertThat(file.tensor(q + "lora_A.weight").shape().getShape()).containsExactly(3, TinyModel.WIDTH);
        assertThat(file.tensor(q + "lora_B.weight").shape().getShape()).containsExactly(TinyModel.WIDTH, 3);
        assertThat(file.tensor(q + "lora_magnitude_vector").shape().getShape()).containsExactly(TinyModel.WIDTH);
        assertThat(file.names()).hasSize(2 * 3 * 3); // blocks x layers x tensors
        JsonNode config = new ObjectMapper()
                .readTree(written.resolve("adapter_config.json").toFile());
        assertThat(config.get("peft_type").textValue()).isEqualTo("LORA");
        assertThat(config.get("r").intValue()).isEqualTo(3);
        assertThat(config.get("lora_alpha").intValue()).isEqualTo(6);
        assertThat(config.get("use_dora").booleanValue()).isTrue();
        assertThat(config.get("target_modules").toString()).isEqualTo("[\"q_proj\",\"attn_out\",\"up_proj\"]");
    }

    /** The file that PEFT wrote for the same layers of the same model, see the README of the golden files. */
    @ParameterizedTest
    @EnumSource(names = {"LORA", "DORA"})
    void anAdapterHasTheTensorsAndFieldsThatPeftWrote(AdapterConfig.Type type) throws Exception {
        ObjectMapper json = new ObjectMapper();
        JsonNode peft = json.readTree(AdapterTest.class.getResource("/golden/peft-adapters.json"))
                .get(type.name().toLowerCase(Locale.ROOT));
        Path written = folder.resolve("adapter");
        try (TrainableBackbone backbone = open()) {
            backbone.adapt(TinyModel.adapter(type), 1).write(written, base.toString());
        }
        SafetensorsFile file = SafetensorsFile.open(written.resolve("adapter_model.safetensors"));
        Map<String, long[]> expected = new LinkedHashMap<>();
        peft.get("tensors")
                .fields()
                .forEachRemaining(
                        entry -> expected.put(entry.getKey(), json.convertValue(entry.getValue(), long[].class)));
        assertThat(Set.copyOf(file.names())).isEqualTo(expected.keySet());
        expected.forEach((name, shape) ->
                assertThat(file.tensor(name).shape().getShape()).as(name).isEqualTo(shape));
        JsonNode ours = json.readTree(written.resolve("adapter_config.json").toFile());
        Set<String> ownNames = Set.of("auto_mapping", "base_model_name_or_path", "target_modules");
        ours.fields().forEachRemaining(field -> {
            if (!ownNames.contains(field.getKey()) && peft.get("config").has(field.getKey())) {
                JsonNode theirs = peft.get("config").get(field.getKey());
                boolean equal = theirs.isNumber()
                        ? theirs.doubleValue() == field.getValue().doubleValue()
                        : theirs.equals(field.getValue());
                assertThat(equal)
                        .as(field.getKey() + ": " + field.getValue() + ", PEFT " + theirs)
                        .isTrue();
            }
        });
        assertThat(json.convertValue(ours.get("target_modules"), String[].class))
                .containsExactlyInAnyOrder(json.convertValue(peft.get("config").get("target_modules"), String[].class));
        for (String needed :
                List.of("peft_type", "r", "lora_alpha", "use_dora", "use_rslora", "bias", "target_modules")) {
            assertThat(ours.has(needed)).as(needed).isTrue();
        }
    }

    @Test
    void whatDoesNotFitIsRefusedByName() throws Exception {
        Path written = folder.resolve("adapter");
        try (TrainableBackbone backbone = open()) {
            assertThatThrownBy(() -> backbone.adapt(
                            new AdapterConfig(AdapterConfig.Type.LORA, 2, 2, List.of("o_proj"), true), 1))
                    .hasMessageContaining("o_proj names no linear layer")
                    .hasMessageContaining("attn_out");
            backbone.adapt(TinyModel.adapter(AdapterConfig.Type.LORA), 1).write(written, base.toString());
        }
        Path other = TinyModel.architecture(folder.resolve("other"), false, 2);
        Files.writeString(
                other.resolve("config.json"),
                Files.readString(other.resolve("config.json")).replace("\"n_layers\": 2", "\"n_layers\": 1"));
        try (TrainableBackbone small = TrainableBackbone.random(other, 3, Precision.F32)) {
            BackboneFolder.write(other, small, other);
        }
        assertThatThrownBy(() ->
                        Backbones.open(other, Optional.of(written), BackboneOverrides.NONE, BackboneOptions.standard()))
                .isInstanceOf(CheckpointException.class)
                .hasMessageContaining("blocks.1");
        Path config = written.resolve("adapter_config.json");
        Files.writeString(config, Files.readString(config).replace("\"bias\" : \"none\"", "\"bias\" : \"all\""));
        assertThatThrownBy(() -> PeftAdapter.open(written)).hasMessageContaining("bias must be none, was \"all\"");
    }

    /** The base is narrowed to bfloat16, the adapters stay float32 and learn. */
    @Test
    void adaptersLearnOnABfloat16Base() throws Exception {
        TrainingConfig f32 = TinyModel.training(60);
        TrainingConfig training = new TrainingConfig(
                7,
                60,
                8,
                2,
                6,
                EndTokens.defaults(),
                0,
                0.05,
                1,
                CheckpointBlocks.NEVER,
                Precision.BF16,
                "cpu",
                f32.learningRate(),
                f32.optimizer(),
                100);
        AlignConfig config = TinyModel.alignment(
                base, Objective.Mdlm.defaults(), TinyModel.adapter(AdapterConfig.Type.DORA), training);
        double[] loss = new double[60];
        Path model = new Alignment(config, base, TinyModel.language())
                .run(
                        folder.resolve("run"),
                        false,
                        report ->
                                loss[(int) report.step() - 1] = report.metrics().get("ce_masked"));
        assertThat(loss[59]).isLessThan(0.8 * loss[0]);
        Map<String, String> untouched = Map.of("model.transformer.wte.weight", "", "model.transformer.ln_f.weight", "");
        SafetensorsFile before = SafetensorsFile.open(base.resolve("model.safetensors"));
        SafetensorsFile after = SafetensorsFile.open(model.resolve("model.safetensors"));
        untouched.keySet().forEach(name -> assertThat(after.bytes(name)).isEqualTo(before.bytes(name)));
    }
}
