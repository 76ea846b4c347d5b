package io.maskflow.experiments.conformance.numbers;

import io.maskflow.decoder.backbone.engine.NetworkPredictor;
import io.maskflow.decoder.backbone.network.BackboneOptions;
import io.maskflow.decoder.backbone.network.Backbones;
import io.maskflow.decoder.tensor.SafetensorsFile;
import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.experiments.reference.ReferenceNetworks;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Logits and hidden states of one network against the golden ones, {@code forward/MODEL}: from ids, from embeddings, with
 * padding on the left or right, under a block-causal mask, from shards, from bfloat16 weights widened to float32. Every {@code X.logits} of
 * the file is a case, and it is run with both implementations. Tolerance 2e-4.
 */
public final class ForwardConformance implements ConformanceGroup {

    private static final float TOLERANCE = 2e-4f;
    private static final List<String> KNOWN = List.of("llada-tiny", "dream-tiny", "llada2-tiny", "mdlm-tiny");
    private static final String BFLOAT16_WEIGHTS = "bf16_weights.";
    private static final String FILE = ".safetensors";

    private final String model;

    /** The text that decodes, and the readable reference. */
    private enum Implementation {
        SCRIPT,
        EAGER;

        NetworkPredictor open(Path folder) {
            return this == SCRIPT ? Backbones.open(folder, BackboneOptions.standard()) : ReferenceNetworks.open(folder);
        }
    }

    private ForwardConformance(String model) {
        this.model = model;
    }

    /** A group for each network of the fixtures, and for each further one that the folder holds. */
    public static List<ConformanceGroup> groups(Path fixtures) {
        Set<String> models = new TreeSet<>();
        Path folder = fixtures.resolve("forward");
        if (Files.isDirectory(folder)) {
            try (Stream<Path> files = Files.list(folder)) {
                files.map(file -> file.getFileName().toString())
                        .filter(file -> file.endsWith(FILE))
                        .forEach(file -> models.add(file.substring(0, file.length() - FILE.length())));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        KNOWN.forEach(models::remove);
        return Stream.concat(KNOWN.stream(), models.stream())
                .<ConformanceGroup>map(ForwardConformance::new)
                .toList();
    }

    @Override
    public String name() {
        return "forward/" + model;
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve("forward").resolve(model + FILE);
        Path models = fixtures.resolve("models");
        List<CaseResult> results = new ArrayList<>();
        if (!Files.exists(file)) {
            return results;
        }
        SafetensorsFile golden = SafetensorsFile.open(file);
        for (Implementation implementation : Implementation.values()) {
            String suffix = "." + implementation.name().toLowerCase(Locale.ROOT);
            runModel(models.resolve(model), implementation, results, network -> single(golden, network, suffix));
            runModel(
                    models.resolve(model + "-sharded"),
                    implementation,
                    results,
                    network -> named(golden, network, "sharded", suffix));
            runModel(
                    models.resolve(model + "-bf16"),
                    implementation,
                    results,
                    network -> named(golden, network, "bf16_weights", suffix));
        }
        return results;
    }

    private static void runModel(
            Path folder,
            Implementation implementation,
            List<CaseResult> results,
            Function<NetworkPredictor, List<CaseResult>> cases) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (NetworkPredictor network = implementation.open(folder)) {
            results.addAll(cases.apply(network));
        } catch (IllegalArgumentException refused) {
            results.add(new CaseResult(
                    folder.getFileName() + "." + implementation.name().toLowerCase(Locale.ROOT),
                    false,
                    refused.getMessage()));
        }
    }

    private static List<CaseResult> single(SafetensorsFile golden, NetworkPredictor network, String suffix) {
        List<CaseResult> results = new ArrayList<>();
        for (String tensor : new TreeSet<>(golden.names())) {
            if (tensor.endsWith(".logits") && !tensor.startsWith(BFLOAT16_WEIGHTS)) {
                String name = tensor.substring(0, tensor.length() - ".logits".length());
                results.add(logits(golden, network, name, suffix));
            } else if (tensor.endsWith(".subs_log_probs")) {
                String name = tensor.substring(0, tensor.lastIndexOf('.'));
                results.add(compare(tensor + suffix, substituted(golden, network, name), golden.floats(tensor)));
            } else if (tensor.startsWith("debug_b.hidden.")) {
                int layer = Integer.parseInt(tensor.substring(tensor.lastIndexOf('.') + 1));
                String input = golden.names().contains("ids_b.input_ids") ? "ids_b" : "blockcausal_b";
                int[][] ids = rows(golden, input + ".input_ids");
                results.add(compare(
                        tensor + suffix, network.hidden(ids, layer, block(golden, input)), golden.floats(tensor)));
            }
        }
        return results;
    }

    /** Case {@code ids_a} of another folder with the same network: shards, or weights in bfloat16. */
    private static List<CaseResult> named(
            SafetensorsFile golden, NetworkPredictor network, String variant, String suffix) {
        String own = variant + ".ids_a.logits";
        String expected = golden.names().contains(own) ? own : "ids_a.logits";
        float[] found = network.logits(rows(golden, "ids_a.input_ids"), null, block(golden, "ids_a"));
        return List.of(compare(variant + suffix, found, golden.floats(expected)));
    }

    private static CaseResult logits(SafetensorsFile golden, NetworkPredictor network, String name, String suffix) {
        float[] expected = golden.floats(name + ".logits");
        String embeddings = name + ".inputs_embeds";
        if (golden.names().contains(embeddings)) {
            int rows = (int) golden.tensor(embeddings).shape().get(0);
            float[] found = network.logitsOf(golden.floats(embeddings), rows, null, block(golden, name));
            return compare(name + suffix, found, expected);
        }
        int[][] ids = rows(golden, name + ".input_ids");
        if (golden.names().contains(name + ".attention_mask")) {
            boolean[][] visible = visible(rows(golden, name + ".attention_mask"));
            float[] found = network.logits(ids, visible, name.startsWith("block") ? block(golden, name) : 0);
            boolean queriesToo = golden.names().contains(name + ".position_ids");
            if (queriesToo) { // then what stands at padding is defined by nobody
                leaveOut(visible, found, expected);
            }
            return compare(name + suffix, found, expected);
        }
        return compare(name + suffix, network.logits(ids, null, block(golden, name)), expected);
    }

    /** Block length of a case: the file's, unless its name says that attention is full. */
    private static int block(SafetensorsFile golden, String name) {
        return golden.names().contains("block_length") && !name.startsWith("full")
                ? (int) golden.longs("block_length")[0]
                : 0;
    }

    private static void leaveOut(boolean[][] visible, float[] found, float[] expected) {
        int width = expected.length / visible.length / visible[0].length;
        for (int row = 0; row < visible.length; row++) {
            for (int i = 0; i < visible[row].length; i++) {
                if (!visible[row][i]) {
                    int at = (row * visible[row].length + i) * width;
                    System.arraycopy(expected, at, found, at, width);
                }
            }
        }
    }

    /**
     * MDLM's SUBS parameterisation of the raw logits: the mask token is impossible, and a position that is not masked keeps
     * its token.
     */
    private static float[] substituted(SafetensorsFile golden, NetworkPredictor network, String name) {
        float never = -1e6f;
        int mask = network.info().maskId();
        int[][] ids = rows(golden, name + ".input_ids");
        float[] z = network.logits(ids, null);
        int V = network.info().vocabularySize();
        for (int at = 0; at < z.length / V; at++) {
            int own = ids[at / ids[0].length][at % ids[0].length];
            z[at * V + mask] += never;
            double sum = 0;
            for (int v = 0; v < V; v++) {
                sum += Math.exp(z[at * V + v]);
            }
            for (int v = 0; v < V; v++) {
                float logP = (float) (z[at * V + v] - Math.log(sum));
                z[at * V + v] = own == mask ? logP : v == own ? 0 : never;
            }
        }
        return z;
    }

    /** Differences are absolute up to size 1000, relative to that beyond: numbers near a million have no finer steps. */
    private static CaseResult compare(String name, float[] found, float[] expected) {
        if (found.length != expected.length) {
            return new CaseResult(name, false, found.length + " values, expected " + expected.length);
        }
        float most = 0;
        for (int i = 0; i < found.length; i++) {
            float difference = Math.abs(found[i] - expected[i]) / Math.max(1, Math.abs(expected[i]) / 1000);
            if (!(difference <= most)) {
                most = difference;
            }
        }
        return new CaseResult(
                name,
                most <= TOLERANCE,
                String.format(Locale.ROOT, "largest difference %.2e, accepted %.0e", most, TOLERANCE));
    }

    private static boolean[][] visible(int[][] mask) {
        boolean[][] visible = new boolean[mask.length][mask[0].length];
        for (int row = 0; row < mask.length; row++) {
            for (int i = 0; i < mask[row].length; i++) {
                visible[row][i] = mask[row][i] != 0;
            }
        }
        return visible;
    }

    private static int[][] rows(SafetensorsFile file, String name) {
        long[] flat = file.longs(name);
        int rows = (int) file.tensor(name).shape().get(0);
        int length = flat.length / rows;
        int[][] ids = new int[rows][length];
        for (int i = 0; i < flat.length; i++) {
            ids[i / length][i % length] = Math.toIntExact(flat[i]);
        }
        return ids;
    }
}
