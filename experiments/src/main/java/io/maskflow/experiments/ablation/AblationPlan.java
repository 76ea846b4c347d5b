package io.maskflow.experiments.ablation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.maskflow.experiments.config.ConfigFiles;
import io.maskflow.experiments.config.LoadedConfig;
import io.maskflow.experiments.decoding.DecoderChoice;
import io.maskflow.experiments.decoding.FlowChoice;
import io.maskflow.experiments.decoding.step.StepSizeChoice;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.training.settings.TrainConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What an ablation comes to: policies to train, decoders to evaluate, and what each is compared with.
 *
 * @param trainings policies to train first, in order
 * @param decoders name to decoder, the full system first
 * @param references row to the row it is compared with
 */
record AblationPlan(List<Training> trainings, Map<String, DecoderChoice> decoders, Map<String, String> references) {

    /**
     * A policy to train.
     *
     * @param row for which row
     * @param seed of which seed
     * @param loaded its settings
     * @param folder its run folder
     */
    record Training(String row, long seed, LoadedConfig<TrainConfig> loaded, Path folder) {}

    /**
     * Plans an ablation.
     *
     * @param loaded its settings
     * @param folder its run folder, existing or not
     * @throws io.maskflow.experiments.config.ConfigurationException if a row changes a setting that is not there
     */
    static AblationPlan of(LoadedConfig<AblateConfig> loaded, Path folder) {
        AblateConfig config = loaded.value();
        List<Training> trainings = new ArrayList<>();
        Map<String, DecoderChoice> decoders = new LinkedHashMap<>();
        Map<String, String> references = new LinkedHashMap<>();
        decoders.put(AblateConfig.FULL, config.full());
        config.rows().forEach((name, row) -> {
            if (!row.retrains()) {
                decoders.put(name, changed(config.full(), row.decoder(), loaded.source() + ": rows." + name));
                references.put(name, AblateConfig.FULL);
            }
        });
        config.evaluation().decoders().forEach((name, decoder) -> {
            decoders.put(name, decoder);
            references.put(name, AblateConfig.FULL);
        });
        config.evaluation().oracles().keySet().forEach(oracle -> references.put(oracle, AblateConfig.FULL));
        if (config.retrains()) {
            Map<String, AblationRow> rows = new LinkedHashMap<>();
            rows.put(AblateConfig.RETRAINED, AblationRow.defaults());
            config.rows().forEach((name, row) -> {
                if (row.retrains()) {
                    rows.put(name, row);
                }
            });
            rows.forEach((name, row) -> {
                Path place = folder.resolve("rows").resolve(name);
                for (long seed : config.evaluation().seeds()) {
                    trainings.add(training(loaded, name, row, seed, place.resolve("seed-" + seed)));
                }
                decoders.put(name, retrained(config.full(), row, place, loaded.source() + ": rows." + name));
                references.put(name, name.equals(AblateConfig.RETRAINED) ? AblateConfig.FULL : AblateConfig.RETRAINED);
            });
        }
        return new AblationPlan(List.copyOf(trainings), decoders, references);
    }

    /** The full system with changes; a change that asks for a policy without naming one means the full system's. */
    private static DecoderChoice changed(FlowChoice full, ObjectNode changes, String place) {
        DecoderChoice changed = ConfigFiles.changed((DecoderChoice) full, changes, DecoderChoice.class, place);
        return full.stepSize().policyFiles().stream()
                .findFirst()
                .map(changed::withPolicy)
                .orElse(changed);
    }

    /** The decoder with the policies that the row's trainings leave; its other changes on top. */
    private static DecoderChoice retrained(FlowChoice full, AblationRow row, Path place, String where) {
        String policy = place.resolve("seed-{seed}")
                .resolve("best")
                .resolve("policy.safetensors")
                .toString();
        StepSizeChoice.Policy asked =
                full.stepSize() instanceof StepSizeChoice.Policy given ? given : StepSizeChoice.Policy.defaults();
        return changed(full.withStepSize(asked.withFile(policy)), row.decoder(), where);
    }

    private static Training training(
            LoadedConfig<AblateConfig> loaded, String name, AblationRow row, long seed, Path folder) {
        Path recipe = loaded.existing("training.file", loaded.value().training().file());
        List<String> overrides = new ArrayList<>();
        loaded.value().training().set().forEach((key, value) -> overrides.add(key + "=" + value));
        row.train().properties().forEach(change -> overrides.add(change.getKey() + "=" + change.getValue()));
        overrides.add("seed=" + seed);
        overrides.add("evaluate=false");
        return new Training(name, seed, ConfigFiles.load(recipe, overrides, TrainConfig.class), folder);
    }

    /** The decoders whose policies are there before anything is trained. */
    Map<String, DecoderChoice> given() {
        Map<String, DecoderChoice> given = new LinkedHashMap<>(decoders);
        trainings.forEach(training -> given.remove(training.row()));
        return given;
    }

    /** Each row with its reference, the row first. */
    Summary.Comparisons comparisons() {
        return (earlier, later) -> {
            if (earlier.equals(references.get(later))) {
                return Optional.of(List.of(later, earlier));
            }
            return later.equals(references.get(earlier)) ? Optional.of(List.of(earlier, later)) : Optional.empty();
        };
    }
}
