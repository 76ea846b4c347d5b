package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.decoder.dream.DreamSchedule;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.ConformanceGroup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code decoders/dream_transfer_schedule}: how many positions each step of Dream's sampler fills, in float32. */
public final class DreamScheduleConformance implements ConformanceGroup {

    @Override
    public String name() {
        return "decoders/dream_transfer_schedule";
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
                int left = golden.get("gen_length").intValue();
                DreamSchedule schedule =
                        new DreamSchedule(steps, (float) golden.get("eps").doubleValue());
                int[] counts = new int[steps];
                for (int l = 0; l < steps; l++) {
                    counts[l] = schedule.count(l, left);
                    left -= counts[l];
                }
                Comparison comparison = new Comparison();
                comparison.same(
                        "positions filled",
                        Arrays.toString(Comparison.ints(golden.get("transfer"))),
                        Arrays.toString(counts));
                results.add(comparison.result(golden.get("gen_length") + "-in-" + steps));
            }
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
        return results;
    }
}
