package io.maskflow.experiments.reference;

import ai.djl.ndarray.NDManager;
import io.maskflow.decoder.backbone.BackboneInfo;
import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOverrides;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.backbone.network.ScriptNetwork.Design;
import io.maskflow.decoder.backbone.network.Transformer;
import io.maskflow.decoder.tensor.Checkpoint;
import java.nio.file.Path;
import java.util.Optional;

/** Opens base models as the readable reference, float32 on the CPU. */
public final class ReferenceNetworks {

    private ReferenceNetworks() {}

    /**
     * Opens a base model.
     *
     * @param folder in Hugging Face layout
     * @return the model; the caller closes it
     * @throws io.maskflow.decoder.tensor.CheckpointException as {@link Backbones#open(Path,
     *     io.maskflow.decoder.backbone.network.BackboneOptions)}
     */
    public static NetworkPredictor open(Path folder) {
        return open(folder, BackboneOverrides.NONE);
    }

    /** The same with what is said of the model where it is named. */
    public static NetworkPredictor open(Path folder, BackboneOverrides overrides) {
        BackboneInfo info = Backbones.describe(folder, overrides);
        Optional<Transformer> transformer = Backbones.transformer(folder);
        Design design = Backbones.design(folder);
        Checkpoint checkpoint = Checkpoint.open(folder);
        NDManager manager = NDManager.newBaseManager("PyTorch");
        try {
            return new NetworkPredictor(
                    transformer.isPresent()
                            ? new EagerTransformer(manager, transformer.get(), design, info, checkpoint)
                            : new MdlmEagerNetwork(manager, design, info, checkpoint));
        } catch (RuntimeException failed) {
            manager.close();
            throw failed;
        }
    }
}
