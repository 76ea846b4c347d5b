package io.maskflow.experiments.pages;

import io.maskflow.decoder.DecodedResponse;
import io.maskflow.decoder.DecodingStep;
import io.maskflow.decoder.TokenProposal;
import io.maskflow.experiments.metrics.MetricsLog;
import io.maskflow.experiments.report.Summary;
import io.maskflow.experiments.run.ResultsLog;
import io.maskflow.experiments.run.ResultsLog.Result;
import io.maskflow.experiments.run.RunFolder;
import io.maskflow.experiments.run.TraceLog;
import io.maskflow.policy.PolicyFile;
import io.maskflow.policy.PolicyNetwork;
import io.maskflow.policy.PolicyShape;
import io.maskflow.reward.sandbox.suite.Verdict;
import io.maskflow.reward.sandbox.suite.VerdictKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Made-up runs and decodings with everything in them that a page can show, texts that look like markup among it. */
final class SamplePages {

    static final String HOSTILE = "</script><script>window.hacked = 1</script>";

    private static final String MANIFEST = "{\"started\":\"2026-01-02T03:04:05Z\",\"seeds\":[7],\"device\":\"cpu f32\","
            + "\"state\":\"finished\",\"ended\":\"\",\"seconds\":3723}";

    private SamplePages() {}

    /** A run folder with curves, results, pairs, a policy and answers. */
    static RunFolder run(Path folder) throws IOException {
        RunFolder run = RunFolder.create(folder);
        try (MetricsLog log = MetricsLog.open(run.metrics())) {
            for (int step = 1; step <= 60; step++) {
                double wave = Math.sin(step);
                log.append(
                        step,
                        Map.of(
                                "reward",
                                0.4 + 0.004 * step + 0.1 * wave,
                                "validation/1/4",
                                0.5 + 0.002 * step,
                                "validation/1/8",
                                0.3 + 0.002 * step,
                                "mse_masked",
                                Math.exp(-0.05 * step),
                                "mse_unmasked",
                                Math.exp(-0.1 * step),
                                "omega_s",
                                0.1 + 0.01 * step,
                                "omega_a",
                                5.0,
                                "omega_b",
                                -1.0,
                                "step_time",
                                60.0));
            }
        }
        List<Result> results = new ArrayList<>();
        try (ResultsLog log = ResultsLog.open(run.results())) {
            for (int problem = 1; problem <= 12; problem++) {
                for (String budget : List.of("1/4", "1/8")) {
                    int nfe = budget.equals("1/4") ? 12 : 6;
                    results.add(answer(problem, "learned", budget, nfe, problem % 4 != 0));
                    results.add(answer(problem, "mask", budget, nfe, problem % 4 == 1));
                    results.add(answer(problem, "rule & <more>", budget, nfe, problem % 2 == 1));
                }
            }
            results.forEach(log::append);
        }
        Summary.of(results, 48)
                .withRoles("learned", List.of("mask", "rule & <more>"))
                .write(run.summary());
        Files.writeString(run.manifest(), MANIFEST);
        Files.writeString(
                run.config(),
                "seed: 7\nbackbone: builtin/aligned\nsteps: 60\nresponseLength: 48\nbudget: [1/4, 1/8]\nproblems: builtin:test\nnote: \""
                        + HOSTILE + "\"\n");
        Files.createDirectories(run.bestPolicy().getParent());
        PolicyFile.write(run.bestPolicy(), PolicyNetwork.initial(PolicyShape.PAPER, 1));
        return run;
    }

    private static Result answer(int problem, String decoder, String budget, int nfe, boolean passed) {
        String verdict = passed ? "passed" : "failed";
        String text = "def f(n):\n    return n # " + HOSTILE;
        return new Result(
                Integer.toString(problem),
                decoder,
                budget,
                0,
                nfe,
                20,
                0.01 * nfe,
                verdict,
                passed ? 1.0 : 0.5,
                passed,
                text);
    }

    /** A flow decoding of {@code n} tokens in {@code n} steps, with re-edits, commitments and changing candidates. */
    static Replay.Decoding flow(String label, int n) {
        TraceLog trace = new TraceLog(n, SamplePages::word);
        float[] progress = new float[n];
        int[] predicted = new int[n];
        for (int step = 0; step < n; step++) {
            float[] before = progress.clone();
            float[] confidence = new float[n];
            float[] fraction = new float[n];
            boolean[] active = new boolean[n];
            boolean[] again = new boolean[n];
            for (int i = 0; i < n; i++) {
                active[i] = i >= step;
                predicted[i] = active[i] ? (i + Math.max(0, i - 2 * step)) % 17 : predicted[i];
                confidence[i] = (float) (0.5 + 0.5 * Math.sin(i + 0.3 * step));
                fraction[i] = active[i] ? (float) Math.pow(2, -8.0 * (i % 9) / 9) : 0;
                again[i] = active[i] && progress[i] > 0.5 && confidence[i] < 0.1;
                progress[i] = i == step ? 1 : again[i] ? confidence[i] : progress[i] + fraction[i] * (1 - progress[i]);
            }
            trace.onStep(new DecodingStep(
                    0,
                    step,
                    n,
                    0,
                    predicted.clone(),
                    confidence,
                    active,
                    new float[0],
                    fraction,
                    new float[0],
                    new float[0],
                    before,
                    progress.clone(),
                    again,
                    new int[] {step},
                    new boolean[0]));
        }
        Verdict verdict =
                new Verdict(VerdictKind.FAILED, List.of(VerdictKind.PASSED, VerdictKind.FAILED), 0.1, 0.1, "4 != 5");
        return new Replay.Decoding(
                label,
                Map.of("base model", "made up", "decoder", HOSTILE),
                "Write a function. " + HOSTILE,
                trace,
                new DecodedResponse(predicted, n, progress),
                "def f(n):\n    return n",
                Optional.of(verdict));
    }

    /** A discrete decoding of two tokens in two steps, one of them masked again. */
    static Replay.Decoding discrete(String label) {
        TraceLog trace = new TraceLog(2, SamplePages::word);
        TokenProposal proposal = new TokenProposal(new int[] {5, 6}, new float[] {0.5f, 0.25f});
        boolean[] none = {false, false};
        trace.onStep(DecodingStep.discrete(
                0, 0, 2, 0, proposal, new boolean[] {true, true}, new boolean[] {true, false}, none));
        trace.onStep(DecodingStep.discrete(
                0, 1, 2, 0, proposal, new boolean[] {false, true}, new boolean[] {false, true}, new boolean[] {
                    true, false
                }));
        return new Replay.Decoding(
                label,
                Map.of(),
                "",
                trace,
                new DecodedResponse(new int[] {5, 6}, 2, new float[2]),
                "x",
                Optional.empty());
    }

    private static String word(int token) {
        return List.of("", "\n    ", " ", "def", " return", "(", "x", "</script>")
                .get(token % 8);
    }
}
