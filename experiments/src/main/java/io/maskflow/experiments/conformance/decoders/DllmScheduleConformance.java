package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.dllm.UnmaskingSchedule;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code decoders/dllm_num_transfer_tokens}: dllm's schedule, equal. */
public final class DllmScheduleConformance implements ConformanceGroup {

    @Override
    public String name() {
        return "decoders/dllm_num_transfer_tokens";
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve(name() + ".json");
        List<CaseResult> results = new ArrayList<>();
        if (!Files.exists(file)) {
            return results;
        }
        try {
            for (JsonNode golden : new ObjectMapper().readTree(file.toFile())) {
                Comparison comparison = new Comparison();
                int row = 0;
                for (JsonNode mask : golden.get("mask_counts")) {
                    int[] counts = UnmaskingSchedule.tokensPerStep(
                            mask.intValue(), golden.get("steps").intValue());
                    int[] expected = Comparison.ints(golden.get("table").get(row++));
                    comparison.same(
                            "positions per step",
                            Arrays.toString(expected),
                            Arrays.toString(Arrays.copyOf(counts, expected.length)));
                    comparison.same("calls", true, counts.length <= expected.length);
                }
                results.add(comparison.result(results.size() + "-S" + golden.get("steps")));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return results;
    }
}
