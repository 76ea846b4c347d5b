package io.maskflow.experiments.conformance.decoders;

import com.fasterxml.jackson.databind.JsonNode;
import io.maskflow.decoder.masking.TransferSchedule;
import io.maskflow.experiments.conformance.Comparison;
import io.maskflow.experiments.conformance.JsonGroup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** {@code decoders/llada_num_transfer_tokens}: how many positions each step fills. */
public final class TransferConformance extends JsonGroup {

    /** For the command line. */
    public TransferConformance() {
        super("decoders/llada_num_transfer_tokens");
    }

    @Override
    protected List<CaseResult> run(JsonNode root, Path fixtures) {
        List<CaseResult> results = new ArrayList<>();
        for (JsonNode golden : root) {
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
        return results;
    }
}
