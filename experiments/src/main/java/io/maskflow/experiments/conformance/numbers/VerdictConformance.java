package io.maskflow.experiments.conformance.numbers;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.maskflow.experiments.conformance.ConformanceGroup;
import io.maskflow.reward.GradeFile;
import io.maskflow.reward.sandbox.Grader;
import io.maskflow.reward.sandbox.GraderSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code reward/adversarial}: hostile and honest programs. Each verdict must be one of those given (several are split by
 * {@code |}), and the pass rate within 1e-5 of the one given, if one is. Runs at the level that this machine offers.
 */
public final class VerdictConformance implements ConformanceGroup {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final double RATE = 1e-5;

    private final GraderSettings settings;

    /** With a grader that is opened for the run. */
    public VerdictConformance(GraderSettings settings) {
        this.settings = settings;
    }

    @Override
    public String name() {
        return "reward/adversarial";
    }

    @Override
    public List<CaseResult> run(Path fixtures) {
        Path file = fixtures.resolve(name() + ".jsonl");
        if (!Files.exists(file)) {
            return List.of();
        }
        try {
            Path verdicts = Files.createTempFile("maskflow-verdicts", ".jsonl");
            try (Grader grader = new Grader(settings)) {
                new GradeFile(grader).run(file, verdicts, progress -> {});
                return compare(read(file), read(verdicts));
            } finally {
                Files.deleteIfExists(verdicts);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<JsonNode> read(Path file) throws IOException {
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            if (!line.isBlank()) {
                rows.add(MAPPER.readTree(line));
            }
        }
        return rows;
    }

    private static List<CaseResult> compare(List<JsonNode> expected, List<JsonNode> found) {
        List<CaseResult> results = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            JsonNode want = expected.get(i);
            JsonNode got = found.get(i);
            boolean verdict = List.of(want.get("expected_verdict").asText().split("\\|"))
                    .contains(got.get("verdict").asText());
            boolean rate = !want.path("expected_pass_rate").isNumber()
                    || Math.abs(want.get("expected_pass_rate").asDouble()
                                    - got.path("pass_rate").asDouble())
                            < RATE;
            results.add(new CaseResult(
                    want.get("id").asText(),
                    verdict && rate,
                    "expected " + want.get("expected_verdict").asText() + ", pass rate "
                            + want.path("expected_pass_rate") + "; was "
                            + got.get("verdict").asText() + ", "
                            + got.path("pass_rate")));
        }
        return results;
    }
}
