package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.dllm.UnmaskingSchedule;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.JsonGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code decoders/dllm_num_transfer_tokens}: dllm's schedule, equal. */
public final class DllmScheduleConformance extends JsonGroup {

    /** For the command line. */
    public DllmScheduleConformance() {
        super("decoders/dllm_num_transfer_tokens");
    }

    @Override
    protected List<CaseResult> run(JsonNode root, Path fixtures) {
        List<CaseResult> results = new ArrayList<>();
        for (JsonNode golden : root) {
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
        return results;
    }
}
