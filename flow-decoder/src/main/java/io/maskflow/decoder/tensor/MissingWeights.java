package io.maskflow.decoder.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What to say of a model folder without {@code model.safetensors}: what lies there instead, and how to convert it. */
final class MissingWeights {

    private static final int NAMED = 3;

    private MissingWeights() {}

    static CheckpointException in(Path folder) {
        String nothing =
                "no weights in " + folder + ": neither model.safetensors nor model.safetensors.index.json is there";
        List<String> pickled = files(folder, "(?!training_args|optimizer|scheduler|rng_state).*\\.(bin|pth|pt|ckpt)");
        if (!pickled.isEmpty()) {
            String suffix = pickled.get(0).substring(pickled.get(0).lastIndexOf('.'));
            return new CheckpointException(nothing + ", but " + named(pickled)
                    + ", which only Python can read; convert once:\n  python3 -c \"import glob, torch;"
                    + " from safetensors.torch import save_file; w = {};"
                    + " [w.update(torch.load(f, map_location='cpu', weights_only=True)) for f in sorted(glob.glob('"
                    + folder + "/*" + suffix + "'))];"
                    + " save_file({k: v.clone().contiguous() for k, v in w.items()}, '" + folder
                    + "/model.safetensors')\"");
        }
        List<String> adapters = files(folder, "adapter_model\\..*|adapter_config\\.json");
        if (!adapters.isEmpty()) {
            return new CheckpointException(nothing + ", but an adapter; name it behind its base model: BASE+" + folder);
        }
        List<String> shards = files(folder, ".*\\.safetensors");
        return new CheckpointException(
                shards.isEmpty()
                        ? nothing
                        : nothing + ", but " + named(shards)
                                + "; a single file must be called model.safetensors, shards need their index");
    }

    private static String named(List<String> files) {
        return String.join(", ", files.subList(0, Math.min(NAMED, files.size())))
                + (files.size() > NAMED ? " and " + (files.size() - NAMED) + " more" : "");
    }

    private static List<String> files(Path folder, String pattern) {
        try (Stream<Path> all = Files.list(folder)) {
            return all.map(path -> path.getFileName().toString())
                    .filter(name -> name.matches(pattern))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            return List.of();
        }
    }
}
