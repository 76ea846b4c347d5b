package io.maskflow.policy;

import io.maskflow.decoder.tensor.SafetensorsFile;
import io.maskflow.decoder.tensor.SafetensorsWriter;
import io.maskflow.policy.distribution.ActionScale;
import io.maskflow.policy.distribution.LinearScaleAction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * {@code policy.safetensors}: eight float32 tensors in PyTorch's {@code [out, in]} layout and the shape as metadata.
 *
 * <p>Metadata: {@code format = maskflow-policy-1}, {@code hidden}, {@code kappa_min}, {@code kappa_max}, {@code mu_min},
 * {@code mu_max} (the paper's 0.05 and 0.95 when absent), {@code a_min}, {@code a_max}, {@code a_scale =
 * linear} when the scale is not the paper's, {@code features} (names with commas) when they are not the paper's eight, and
 * {@code price_min}, {@code price_max} when the price of a model call is one of them.
 */
public final class PolicyFile {

    /** Tensor names, in the order of the flat parameters. */
    public static final List<String> TENSORS = List.of(
            "mlp.0.weight",
            "mlp.0.bias",
            "mlp.2.weight",
            "mlp.2.bias",
            "mu.weight",
            "mu.bias",
            "kappa.weight",
            "kappa.bias");

    private static final String FORMAT = "maskflow-policy-1";

    private PolicyFile() {}

    /**
     * Shapes of the tensors.
     *
     * @param features F
     * @param hidden H
     * @return name to {@code [out, in]} or {@code [out]}, in the order of {@link #TENSORS}
     */
    public static Map<String, int[]> tensorShapes(int features, int hidden) {
        Map<String, int[]> shapes = new LinkedHashMap<>();
        shapes.put("mlp.0.weight", new int[] {hidden, features});
        shapes.put("mlp.0.bias", new int[] {hidden});
        shapes.put("mlp.2.weight", new int[] {hidden, hidden});
        shapes.put("mlp.2.bias", new int[] {hidden});
        shapes.put("mu.weight", new int[] {1, hidden});
        shapes.put("mu.bias", new int[] {1});
        shapes.put("kappa.weight", new int[] {1, hidden});
        shapes.put("kappa.bias", new int[] {1});
        return shapes;
    }

    /**
     * Reads a policy that describes itself.
     *
     * @param file a policy file with metadata
     * @throws IllegalArgumentException if it is not there, is no policy file, or its metadata lacks a value
     * @throws IOException if it cannot be read
     */
    public static PolicyNetwork read(Path file) throws IOException {
        return read(file, Optional.empty());
    }

    /**
     * Reads a policy; values that its metadata lacks are taken from a given shape.
     *
     * @param file a policy file
     * @param given features, bounds and range of actions for a file without metadata; its hidden size is ignored
     * @throws IllegalArgumentException if it is not there, is no policy file, or a value is missing in both places
     * @throws IOException if it cannot be read
     */
    public static PolicyNetwork read(Path file, PolicyShape given) throws IOException {
        return read(file, Optional.of(given));
    }

    private static PolicyNetwork read(Path file, Optional<PolicyShape> given) throws IOException {
        SafetensorsFile tensors = SafetensorsFile.open(file);
        for (String name : TENSORS) {
            if (!tensors.names().contains(name)) {
                throw new IllegalArgumentException("not a policy file: tensor " + name + " is missing (" + file + ")");
            }
        }
        int hidden = (int) tensors.tensor("mlp.0.bias").shape().size();
        try {
            PolicyShape shape = shape(new Metadata(tensors.metadata()), hidden, given);
            double[] parameters = new double[shape.parameterCount()];
            int at = 0;
            for (Map.Entry<String, int[]> tensor :
                    tensorShapes(shape.state().size(), hidden).entrySet()) {
                long[] found = tensors.tensor(tensor.getKey()).shape().getShape();
                if (!Arrays.equals(
                        found, Arrays.stream(tensor.getValue()).asLongStream().toArray())) {
                    throw new IllegalArgumentException("tensor " + tensor.getKey() + " must have shape "
                            + Arrays.toString(tensor.getValue()) + ", has " + Arrays.toString(found));
                }
                for (float value : tensors.floats(tensor.getKey())) {
                    parameters[at++] = value;
                }
            }
            return new PolicyNetwork(shape, parameters);
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException(wrong.getMessage() + " (" + file + ")", wrong);
        }
    }

    private static PolicyShape shape(Metadata metadata, int hidden, Optional<PolicyShape> given) {
        String format = metadata.entries().getOrDefault("format", FORMAT);
        if (format.startsWith("maskflow") && !format.equals(FORMAT)) {
            throw new IllegalArgumentException("policy format must be " + FORMAT + ", was " + format);
        }
        if (metadata.number("hidden", Optional.of((double) hidden)) != hidden) {
            throw new IllegalArgumentException("metadata says hidden = "
                    + metadata.entries().get("hidden") + ", mlp.0.bias has " + hidden + " entries");
        }
        String features = metadata.entries().get("features");
        PolicyState state = features == null
                ? given.map(PolicyShape::state).orElse(PolicyState.PAPER)
                : PolicyState.named(List.of(features.split("\\s*,\\s*")));
        // a file that gives its bounds, but none for mu, means the paper's
        Optional<PolicyShape> bounds = metadata.entries().containsKey("kappa_min") ? Optional.empty() : given;
        return new PolicyShape(
                state,
                hidden,
                metadata.number(
                        "mu_min", bounds.map(PolicyShape::muMin).or(() -> Optional.of(PolicyShape.PAPER_MU_MIN))),
                metadata.number(
                        "mu_max", bounds.map(PolicyShape::muMax).or(() -> Optional.of(PolicyShape.PAPER_MU_MAX))),
                metadata.number("kappa_min", given.map(PolicyShape::kappaMin)),
                metadata.number("kappa_max", given.map(PolicyShape::kappaMax)),
                ActionScale.of(
                        metadata.entries().getOrDefault("a_scale", "log"),
                        metadata.number(
                                "a_min", given.map(shape -> shape.action().aMin())),
                        metadata.number(
                                "a_max", given.map(shape -> shape.action().aMax()))),
                state.priced()
                        ? new PriceRange(
                                metadata.number("price_min", given.map(shape -> shape.prices()
                                        .low())),
                                metadata.number("price_max", given.map(shape -> shape.prices()
                                        .high())))
                        : PriceRange.NONE);
    }

    /** The metadata of a file: text to text. */
    private record Metadata(Map<String, String> entries) {

        double number(String key, Optional<Double> fallback) {
            String text = entries.get(key);
            if (text == null) {
                return fallback.orElseThrow(() -> new IllegalArgumentException("the policy's metadata has no " + key
                        + " and none was given; give muMin, muMax, kappaMin, kappaMax, aMin and aMax"));
            }
            try {
                return Double.parseDouble(text);
            } catch (NumberFormatException notANumber) {
                throw new IllegalArgumentException(
                        "policy metadata " + key + " must be a number, was \"" + text + "\"", notANumber);
            }
        }
    }

    /**
     * Writes a policy, weights rounded to float32. The same policy gives the same bytes.
     *
     * @param file where to; replaced in one move if it exists
     * @param policy the policy
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, PolicyNetwork policy) throws IOException {
        PolicyShape shape = policy.shape();
        Map<String, String> metadata = new LinkedHashMap<>();
        metadata.put("format", FORMAT);
        metadata.put("hidden", Integer.toString(shape.hidden()));
        metadata.put("kappa_min", Double.toString(shape.kappaMin()));
        metadata.put("kappa_max", Double.toString(shape.kappaMax()));
        metadata.put("mu_min", Double.toString(shape.muMin()));
        metadata.put("mu_max", Double.toString(shape.muMax()));
        metadata.put("a_min", Double.toString(shape.action().aMin()));
        metadata.put("a_max", Double.toString(shape.action().aMax()));
        if (shape.action() instanceof LinearScaleAction linear) {
            metadata.put("a_scale", linear.word());
        }
        if (!shape.state().equals(PolicyState.PAPER)) {
            metadata.put("features", String.join(",", shape.state().labels()));
        }
        if (shape.state().priced()) {
            metadata.put("price_min", Double.toString(shape.prices().low()));
            metadata.put("price_max", Double.toString(shape.prices().high()));
        }
        SafetensorsWriter writer = new SafetensorsWriter(metadata);
        double[] parameters = policy.parameters();
        int at = 0;
        for (Map.Entry<String, int[]> tensor :
                tensorShapes(shape.state().size(), shape.hidden()).entrySet()) {
            long[] dimensions = Arrays.stream(tensor.getValue()).asLongStream().toArray();
            float[] values = new float[(int) Arrays.stream(dimensions).reduce(1, (a, b) -> a * b)];
            for (int i = 0; i < values.length; i++) {
                values[i] = (float) parameters[at++];
            }
            writer.floats(tensor.getKey(), values, dimensions);
        }
        writer.write(file);
    }
}
