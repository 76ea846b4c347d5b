package io.maskflow.experiments.finetuning;

import io.maskflow.alignment.PretrainConfig;
import io.maskflow.alignment.Pretraining;
import io.maskflow.alignment.TrainingProgress;
import io.maskflow.decoder.backbone.network.BuiltinModels;
import io.maskflow.decoder.tokenizer.Tokenizer;
import java.io.IOException;
import java.nio.file.Path;

/** {@code pretrain}: the built-in world's model from random weights. */
public final class PretrainRun {

    private PretrainRun() {}

    /**
     * Trains on the built-in corpus.
     *
     * @param config settings
     * @param out run folder: {@code model/}, {@code metrics.jsonl}, {@code checkpoints/}
     * @param resume go on from the newest checkpoint, if there is one
     * @param progress told after every step
     * @return the model's folder
     * @throws IOException if a file cannot be read or written
     */
    public static Path run(PretrainConfig config, Path out, boolean resume, TrainingProgress progress)
            throws IOException {
        Path architecture = BuiltinModels.folder(config.architecture());
        try (Tokenizer tokenizer = Tokenizer.open(architecture)) {
            BuiltinExamples examples = new BuiltinExamples(
                    tokenizer, config.training().seed(), config.training().responseLength());
            return new Pretraining(config, architecture, examples, examples.digitTokens()).run(out, resume, progress);
        }
    }
}
