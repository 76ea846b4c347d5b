package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.dream.DreamSchedule;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.JsonGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code decoders/dream_transfer_schedule}: how many positions each step of Dream's sampler fills, in float32. */
public final class DreamScheduleConformance extends JsonGroup {

    /** For the command line. */
    public DreamScheduleConformance() {
        super("decoders/dream_transfer_schedule");
    }

    @Override
    protected List<CaseResult> run(JsonNode root, Path fixtures) {
        List<CaseResult> results = new ArrayList<>();
        for (JsonNode golden : root) {
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
        return results;
    }
}
