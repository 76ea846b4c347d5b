package io.maskflow.alignment;

import io.maskflow.alignment.data.TrainingExamples;
import io.maskflow.alignment.loss.TrainingBatches;
import io.maskflow.alignment.loss.TrainingObjective;
import io.maskflow.alignment.loss.XPredictionLoss;
import io.maskflow.alignment.network.BackboneFolder;
import io.maskflow.alignment.network.LowRankAdapter;
import io.maskflow.alignment.network.TrainableBackbone;
import io.maskflow.alignment.network.TransformerShape;
import io.maskflow.alignment.objective.EvoTokenObjective;
import io.maskflow.alignment.objective.MaskedDiffusionObjective;
import io.maskflow.alignment.objective.Objective;
import io.maskflow.alignment.objective.SoftMaskWeights;
import io.maskflow.alignment.objective.SoftMaskingObjective;
import io.maskflow.alignment.objective.XPredictionObjective;
import io.maskflow.alignment.recipe.AdapterConfig;
import io.maskflow.alignment.recipe.TrainingConfig;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Fine-tuning of a backbone for the decoder that it will meet, all of it or adapters on it.
 *
 * @paper XF Sec. 5.1
 */
public final class Alignment {

    private final AlignConfig config;
    private final Path source;
    private final TrainingExamples examples;

    /**
     * A fine-tuning.
     *
     * @param config settings
     * @param source the folder that {@code config.backbone()} names
     * @param examples prompts with the answers to train on
     */
    public Alignment(AlignConfig config, Path source, TrainingExamples examples) {
        this.config = config;
        this.source = source;
        this.examples = examples;
    }

    /**
     * Refuses settings under which nothing can be trained, before answers are made.
     *
     * @param config settings
     * @param source the folder that {@code config.backbone()} names
     * @throws io.maskflow.decoder.tensor.CheckpointException if the network of the model is none that can be trained
     * @throws IllegalArgumentException if objective and attention of the model do not fit each other
     */
    public static void requireTrainable(AlignConfig config, Path source) {
        TransformerShape shape = TransformerShape.of(source, BackboneOverrides.of(config.backbone()));
        if (config.adapter().type() != AdapterConfig.Type.NONE) {
            LowRankAdapter.requireTargets(shape, config.adapter());
        }
        if (config.objective() instanceof Objective.EvoToken
                && !shape.attention().isFull()) {
            throw new IllegalArgumentException("objective evotoken needs a model with full attention, that of " + source
                    + " is " + shape.attention());
        }
    }

    /**
     * Trains and writes {@code model/} (Hugging Face layout; with adapters only if they are to be merged), {@code adapter/}
     * (PEFT layout, with adapters), {@code metrics.jsonl} and {@code checkpoints/}.
     *
     * @param run folder of the run
     * @param resume go on from the newest checkpoint, if there is one
     * @param progress told after every step
     * @return the folder of the model, or of the adapter if that is all there is
     * @throws IOException if a file cannot be read or written
     */
    public Path run(Path run, boolean resume, TrainingProgress progress) throws IOException {
        TrainingConfig training = config.training();
        boolean adapters = config.adapter().type() != AdapterConfig.Type.NONE;
        try (TrainableBackbone backbone = open()) {
            backbone.checkpoint(training.checkpointBlocks());
            List<Training.Group> groups = new ArrayList<>();
            if (adapters) {
                LowRankAdapter adapter = backbone.adapt(config.adapter(), training.seed());
                groups.add(new Training.Group(adapter.train(), 1));
            } else {
                Set<String> kept = config.freezeVocabulary() ? backbone.vocabularyWeights() : Set.of();
                groups.add(new Training.Group(backbone.train(kept), 1));
            }
            TrainingBatches batches = new TrainingBatches(training, examples, backbone.specialTokens());
            try (Frozen frozen = new Frozen(backbone, adapters)) {
                TrainingObjective objective = objective(batches, backbone, frozen.reference, groups);
                new Training(backbone, groups, objective, training, config.fingerprint()).run(run, resume, progress);
                return write(run, backbone, objective, adapters);
            }
        }
    }

    private TrainableBackbone open() {
        XPredictionLoss.Gradient gradient = config.objective() instanceof Objective.XPrediction x
                ? x.gradient()
                : XPredictionLoss.Gradient.CODEBOOK_DETACHED;
        return TrainableBackbone.load(
                source,
                BackboneOverrides.of(config.backbone()),
                config.training().precision(),
                config.training().device(),
                gradient);
    }

    private TrainingObjective objective(
            TrainingBatches batches,
            TrainableBackbone backbone,
            TrainableBackbone frozen,
            List<Training.Group> groups) {
        if (config.objective() instanceof Objective.XPrediction x) {
            return new XPredictionObjective(x, batches, backbone, frozen);
        }
        if (config.objective() instanceof Objective.SoftMasking soft) {
            SoftMaskWeights parameters = new SoftMaskWeights(backbone.manager(), soft.start());
            double times =
                    soft.learningRate() / config.training().learningRate().peak();
            groups.add(new Training.Group(parameters.tensors(), times));
            return new SoftMaskingObjective(soft, batches, backbone, parameters);
        }
        if (config.objective() instanceof Objective.EvoToken evo) {
            return new EvoTokenObjective(evo, batches, backbone);
        }
        Objective.Mdlm mdlm = (Objective.Mdlm) config.objective();
        return new MaskedDiffusionObjective(mdlm.reduction(), Set.of(), 1, batches, backbone);
    }

    private Path write(Path run, TrainableBackbone backbone, TrainingObjective objective, boolean adapters)
            throws IOException {
        Path model = run.resolve("model");
        if (!adapters) {
            BackboneFolder.write(source, backbone, model);
            objective.writeBeside(model);
            return model;
        }
        Path adapter = run.resolve("adapter");
        backbone.adapter().write(adapter, config.backbone());
        objective.writeBeside(adapter);
        if (!config.adapter().merge()) {
            return adapter;
        }
        BackboneFolder.merge(source, adapter, model);
        objective.writeBeside(model);
        return model;
    }

    /** The base that x-prediction compares with: a second copy, or the backbone below its adapters. */
    private final class Frozen implements AutoCloseable {
        private final TrainableBackbone reference;
        private final boolean own;

        Frozen(TrainableBackbone backbone, boolean adapters) {
            own = config.objective() instanceof Objective.XPrediction x && x.comparesWithBase() && !adapters;
            reference = own ? open() : backbone;
        }

        @Override
        public void close() {
            if (own) {
                reference.close();
            }
        }
    }
}
