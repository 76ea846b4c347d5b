package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.masking.TransferSchedule;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code decoders/llada_num_transfer_tokens}: how many positions each step fills. */
public final class TransferConformance implements ConformanceGroup {

    @Override
    public String name() {
        return "decoders/llada_num_transfer_tokens";
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve(name() + ".json");
        if (!Files.exists(file)) {
            return List.of();
        }
        List<CaseResult> results = new ArrayList<>();
        try {
            for (JsonNode golden : new ObjectMapper().readTree(file.toFile())) {
                int steps = golden.get("steps").intValue();
                int[] counts = Comparison.ints(golden.get("mask_counts"));
                Comparison comparison = new Comparison();
                for (int row = 0; row < counts.length; row++) {
                    int[] expected = Comparison.ints(golden.get("table").get(row));
                    int[] actual = TransferSchedule.tokensPerStep(counts[row], steps);
                    comparison.same("row " + row, Arrays.toString(expected), Arrays.toString(actual));
                }
                results.add(comparison.result(Arrays.toString(counts) + "-in-" + steps));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return results;
    }
}
